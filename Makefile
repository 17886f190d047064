# Every command of the project. The tools below are pinned here and not in go.mod,
# so that what they need cannot move what the program is built from.
GO            ?= go
GOLANGCI_LINT := $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOTESTSUM     := $(GO) run gotest.tools/gotestsum@v1.13.0

# Two packages at a time on a small machine, else a test that measures time starves.
TEST_PARALLEL ?= 2
TEST_FLAGS    ?=
TEST_PACKAGES ?= ./...
BENCH_ARGS    ?=
DEMO_ARGS     ?=

.DEFAULT_GOAL := help
.PHONY: help run demo test check bench build generate verify lint fmt vulnerabilities clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Start the app, a simulated mall and a simulated company; Ctrl-C stops them
	@exec var/bin/sandbox

demo: build ## Every story of the sandbox in the terminal (DEMO_ARGS="--flow refund"; --list)
	@exec var/bin/demo $(DEMO_ARGS)

test: ## Every test, with a Postgres, a Redis and a browser (TEST_FLAGS, TEST_PACKAGES)
	@test/scripts/with-services.sh $(GOTESTSUM) --format standard-quiet -- \
		-count=1 -timeout=10m -p=$(TEST_PARALLEL) $(TEST_FLAGS) $(TEST_PACKAGES)

check: lint verify vulnerabilities test ## What CI runs: format, lint, import rules, generated code, vulnerabilities, tests

bench: build ## The promised figures beside this machine's ceiling, on durable servers (BENCH_ARGS)
	@FAST=0 SERVICES="postgres redis" test/scripts/with-services.sh $(GO) run ./test/load $(BENCH_ARGS)

build: ## Build the app and the sandbox into var/bin
	@mkdir -p var/bin
	@echo "building (the first time takes a minute or two) ..."
	@$(GO) build -o var/bin/paybridge ./bootstrap/paybridge
	@$(GO) build -o var/bin/sandbox ./test/sandbox
	@$(GO) build -o var/bin/demo ./test/sandbox/demo

generate: ## Write the generated code again
	@$(GO) tool wire gen ./bootstrap/...

verify: ## Fail when generated code or downloaded modules are not what they should be
	@$(GO) tool wire diff ./bootstrap/...
	@$(GO) mod verify

lint: ## Formatting, linters and import rules (.golangci.yml)
	@$(GOLANGCI_LINT) run

fmt: ## Format the code
	@$(GOLANGCI_LINT) fmt

vulnerabilities: ## Known vulnerabilities that the code can reach
	@GO="$(GO)" test/scripts/vulnerabilities.sh

clean: ## Remove what was built, and the sandbox's data
	@rm -rf var coverage*
