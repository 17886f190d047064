package acceptance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/system"
)

const collectionFile = "paybridge.postman_collection.json"

// collectionEntry is a folder or a request of a Postman collection, as far as these tests read it.
type collectionEntry struct {
	Name    string            `json:"name"`
	Entries []collectionEntry `json:"item"`
	Request *struct {
		Method string `json:"method"`
		URL    struct {
			Raw string `json:"raw"`
		} `json:"url"`
		Body struct {
			Raw string `json:"raw"`
		} `json:"body"`
	} `json:"request"`
}

// TestTheCollectionRunsThroughOnOneFreshSandbox is what a person does in Postman: import, run.
func TestTheCollectionRunsThroughOnOneFreshSandbox(t *testing.T) {
	t.Parallel()
	program, err := exec.CommandContext(t.Context(), filepath.Join("..", "scripts", "newman.sh")).Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			t.Fatalf("newman cannot be had: %s", failed.Stderr)
		}
		t.Fatal(err)
	}
	sandbox, err := system.Start(t.Context(), rig.Sandbox(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sandbox.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	run := exec.CommandContext(t.Context(), strings.TrimSpace(string(program)), "run", collectionFile, "--color", "off", "--timeout-request", "20000",
		"--env-var", "BASE_URL="+sandbox.AppURL(), "--env-var", "MALL_URL="+sandbox.MallURL(), "--env-var", "COMPANY_URL="+sandbox.CompanyURL())
	said, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("newman: %v\n%s", err, said)
	}
	if !bytes.Contains(said, []byte("assertions")) {
		t.Errorf("newman has asserted nothing:\n%s", said)
	}
}

// startingRequests are the 22 requests of the starting collection: what each must be, and where its
// verbatim body lies.
func startingRequests() map[string]struct{ request, body string } {
	return map[string]struct{ request, body string }{
		"01": {"GET {{BASE_URL}}/?mall_id=demomall&user_id=demomall_user&user_type=A&nation=ja", ""},
		"02": {"GET {{BASE_URL}}/auth/token?code=eGYz9akKBqYAN3rRqEuiRA&state=eyJtYWxsX2lkIjoiZGVtb21hbGwifQ==", ""},
		"03": {"GET {{BASE_URL}}/admin/display?mall_id=demomall", ""},
		"04": {"POST {{BASE_URL}}/admin/link", ""},
		"05": {"POST {{BASE_URL}}/admin/unlink", ""},
		"06": {"POST {{BASE_URL}}/admin/shop/toggle", ""},
		"07": {"POST {{BASE_URL}}/api/asynchronous-checkout/checkout", "async_checkout"},
		"08": {"POST {{BASE_URL}}/api/asynchronous-checkout/checkout/callback", "async_callback"},
		"09": {"POST {{BASE_URL}}/api/asynchronous-checkout/checkout/webhook", "async_webhook"},
		"10": {"POST {{BASE_URL}}/api/synchronous-checkout/checkout", "sync_checkout"},
		"11": {"POST {{BASE_URL}}/api/synchronous-checkout/checkout/callback", "sync_callback"},
		"12": {"POST {{BASE_URL}}/api/synchronous-checkout/checkout/status", "sync_status"},
		"13": {"GET {{BASE_URL}}/api/external-checkout/script", ""},
		"14": {"GET {{BASE_URL}}/api/external-checkout/script/data?mall_id=demomall&shop_no=1", ""},
		"15": {"GET {{BASE_URL}}/api/external-checkout/script/hmac?mall_id=demomall&request_time=1657003037&client_key=iSCr50CoPxDpsmTLgede0A&member_id=mockuser", ""},
		"16": {"POST {{BASE_URL}}/api/external-checkout/payload", "external_payload"},
		"17": {"GET {{BASE_URL}}/api/external-checkout/order/review?mall_id=ectmtjpq001&order_id=20220513-0000079", ""},
		"18": {"POST {{BASE_URL}}/api/external-checkout/order/pay", "external_pay"},
		"19": {"GET {{BASE_URL}}/api/external-checkout/order/callback?reference_no=20220513-0000079", ""},
		"20": {"POST {{BASE_URL}}/api/asynchronous-refund/cancel", "async_cancel"},
		"21": {"POST {{BASE_URL}}/api/asynchronous-refund/cancel/webhook", "refund_webhook"},
		"22": {"POST {{BASE_URL}}/api/synchronous-refund/cancel", "sync_cancel"},
	}
}

func TestTheCollectionHoldsTheStartingRequestsWordForWord(t *testing.T) {
	t.Parallel()
	found := map[string]collectionEntry{}
	for _, entry := range requests(readCollection(t).Entries) {
		if number, _, _ := strings.Cut(entry.Name, " "); len(number) == 2 && number[0] <= '2' {
			found[number] = entry
		}
	}
	for number, wanted := range startingRequests() {
		held, exists := found[number]
		if !exists {
			t.Errorf("request %s is missing", number)
			continue
		}
		if got := held.Request.Method + " " + held.Request.URL.Raw; got != wanted.request {
			t.Errorf("request %s is %s, want %s", number, got, wanted.request)
		}
		if wanted.body != "" && !sameJSON(t, held.Request.Body.Raw, verbatim(t, wanted.body)) {
			t.Errorf("request %s has another body than testdata/%s.json", number, wanted.body)
		}
		delete(found, number)
	}
	for number := range found {
		t.Errorf("request %s is not one of the starting collection's", number)
	}
}

func TestTheCollectionAsksForNothingButTheBaseAddress(t *testing.T) {
	t.Parallel()
	read := readCollection(t)
	if len(read.Variables) != 1 || read.Variables[0].Key != "BASE_URL" {
		t.Errorf("the collection has the variables %+v, want BASE_URL only", read.Variables)
	}
}

type collection struct {
	Entries   []collectionEntry `json:"item"`
	Variables []struct {
		Key string `json:"key"`
	} `json:"variable"`
}

func readCollection(t *testing.T) (read collection) {
	t.Helper()
	text, err := os.ReadFile(collectionFile)
	if err == nil {
		err = json.Unmarshal(text, &read)
	}
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func requests(entries []collectionEntry) (list []collectionEntry) {
	for _, entry := range entries {
		if entry.Request != nil {
			list = append(list, entry)
		}
		list = append(list, requests(entry.Entries)...)
	}
	return list
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var first, second bytes.Buffer
	if err := errors.Join(json.Compact(&first, []byte(a)), json.Compact(&second, []byte(b))); err != nil {
		t.Fatal(err)
	}
	return first.String() == second.String()
}
