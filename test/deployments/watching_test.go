package deployments_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"paybridge/test/rig"
)

// rules is what is looked at of alerts.yaml.
type rules struct {
	Groups []struct {
		Rules []struct {
			Alert, Expr string
			Labels      map[string]string
			Annotations map[string]string
		}
	}
}

var (
	metricName  = regexp.MustCompile(`[a-z][a-z0-9_]*_[a-z0-9_]+`)
	insideOf    = regexp.MustCompile(`\{[^}]*\}|"[^"]*"|by \([^)]*\)`)
	metricLabel = regexp.MustCompile(`([a-z_]+)(?:=~|!~|!=|=)"([^"]*)"`)
)

// functions of PromQL look like names of metrics.
var functions = []string{"histogram_quantile"}

func TestAlertsAndTheDashboardWatchWhatIsMeasured(t *testing.T) {
	t.Parallel()
	page := measured(t)
	check := func(who, expression string) {
		names := metricName.FindAllString(insideOf.ReplaceAllString(expression, ""), -1)
		for _, name := range names {
			if !slices.Contains(functions, name) && !strings.Contains(page, "\n"+name+"{") && !strings.Contains(page, "\n"+name+" ") {
				t.Errorf("%s watches %s, which is not measured", who, name)
			}
		}
		for _, label := range metricLabel.FindAllStringSubmatch(expression, -1) {
			if label[1] != "job" && !strings.Contains(page, label[1]+`="`) {
				t.Errorf("%s looks at %s, which nothing has", who, label[1])
			}
		}
		if len(names) == 0 && !strings.Contains(expression, "up{") {
			t.Errorf("%s watches nothing: %s", who, expression)
		}
	}
	var alerts rules
	read(t, "prometheus/alerts.yaml", &alerts)
	for _, rule := range alerts.Groups[0].Rules {
		check(rule.Alert, rule.Expr)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(text(t, "grafana/paybridge.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			check(panel.Title, target.Expr)
		}
	}
}

// measured is the metrics page of a system in which something of everything happened.
func measured(t *testing.T) string {
	t.Helper()
	s := rig.Start(t, rig.Options{Env: []string{"CAFE24_COMPAT=sample"}})
	checkout := rig.Checkout{Mall: "demomall", Order: "20260101-0000001", Amount: "100.00", Currency: "PHP", LogKey: "k"}
	s.Post("/api/synchronous-checkout/checkout", checkout.Body())
	if err := s.Company.Approve("pg-order-001", true); err != nil {
		t.Fatal(err)
	}
	s.Eventually(20*time.Second, "the payment is settled", func() bool { return strings.Contains(s.Metrics(), "paybridge_settled_total{") })
	s.Post("/api/synchronous-checkout/checkout/status", `{"key":"sync-checkout:`+checkout.Order+`"}`)
	return s.Metrics()
}

func TestEveryAlertHasItsPageInTheRunbook(t *testing.T) {
	t.Parallel()
	var alerts rules
	read(t, "prometheus/alerts.yaml", &alerts)
	sections := map[string]string{}
	for _, section := range strings.Split(text(t, "runbook.md"), "\n## ")[1:] {
		name, rest, _ := strings.Cut(section, "\n")
		sections[name] = rest
	}
	for _, rule := range alerts.Groups[0].Rules {
		for _, line := range []string{"- The buyer sees: ", "- Money at risk: ", "- Do: "} {
			if !strings.Contains(sections[rule.Alert], line) {
				t.Errorf("%s: the runbook lacks %q", rule.Alert, line)
			}
		}
		if !slices.Contains([]string{"page", "ticket"}, rule.Labels["severity"]) || rule.Annotations["summary"] == "" {
			t.Errorf("%s: %v %v", rule.Alert, rule.Labels, rule.Annotations)
		}
		delete(sections, rule.Alert)
	}
	for name := range sections {
		t.Errorf("the runbook speaks of %s, which is no alert", name)
	}
}

var spoken = regexp.MustCompile("`paybridge ([a-z]+(?: [a-z]+)?)([^`]*)`")

func TestTheRunbookNamesOnlyCommandsAndFlagsThatAreThere(t *testing.T) {
	t.Parallel()
	found := spoken.FindAllStringSubmatch(text(t, "runbook.md"), -1)
	if len(found) < 10 {
		t.Fatalf("only %d commands were found", len(found))
	}
	s := rig.Start(t, rig.Options{Quiet: true})
	for _, command := range found {
		help, err := s.Try(append(strings.Fields(command[1]), "--help")...)
		if err != nil {
			t.Errorf("paybridge %s: %s", command[1], help)
		}
		for _, flag := range regexp.MustCompile(`--[a-z-]+`).FindAllString(command[2], -1) {
			if !strings.Contains(help, flag) {
				t.Errorf("paybridge %s has no %s", command[1], flag)
			}
		}
	}
}

func TestTheCollectorsPipelinesAreWhole(t *testing.T) {
	t.Parallel()
	var c struct {
		Receivers, Processors, Exporters map[string]any
		Service                          struct {
			Pipelines map[string]struct{ Receivers, Processors, Exporters []string }
		}
	}
	read(t, "otel-collector/config.yaml", &c)
	for name, p := range c.Service.Pipelines {
		for _, part := range []struct {
			used  []string
			known map[string]any
		}{{p.Receivers, c.Receivers}, {p.Processors, c.Processors}, {p.Exporters, c.Exporters}} {
			for _, one := range part.used {
				if _, is := part.known[one]; !is {
					t.Errorf("the pipeline of %s uses %s, which is not defined", name, one)
				}
			}
			if len(part.used) == 0 {
				t.Errorf("the pipeline of %s is not whole", name)
			}
		}
	}
}

func TestPrometheusFindsItsRules(t *testing.T) {
	t.Parallel()
	var c struct {
		RuleFiles []string `yaml:"rule_files"`
	}
	read(t, "prometheus/prometheus.yml", &c)
	for _, name := range c.RuleFiles {
		if _, err := os.Stat(filepath.Join(folder, "prometheus", name)); err != nil {
			t.Error(err)
		}
	}
	if len(c.RuleFiles) == 0 {
		t.Error("no alert is ever looked at")
	}
}
