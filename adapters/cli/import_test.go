package cli_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paybridge/adapters/cli"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/ports"
)

const goodFile = `[{"mall_id": "demomall", "gateway": "demo", "public_key": "demo-app-public-key", "secret_key": "canary-secret",
  "shops": [
    {"shop_no": 1, "shop_name": "Tindahan", "currency_code": "PHP", "enabled": true, "external_checkout": true},
    {"shop_no": 2, "shop_name": "Tindahan Japan", "currency_code": "JPY", "enabled": false, "external_checkout": false, "partner_id": "demo-jp"}]}]`

func TestAnImportReachesTheApplicationAsItStandsInTheFile(t *testing.T) {
	t.Parallel()
	expected := command.ImportMerchants{Merchants: []command.MerchantImport{{
		Mall: "demomall", Gateway: "demo", PublicKey: "demo-app-public-key", SecretKey: ports.NewSecret("canary-secret"),
		Shops: []command.ShopImport{
			{No: 1, Name: "Tindahan", Currency: "PHP", Enabled: true, ExternalCheckout: true},
			{No: 2, Name: "Tindahan Japan", Currency: "JPY", Partner: "demo-jp"},
		},
	}}}
	path := filepath.Join(t.TempDir(), "merchants.json")
	if err := os.WriteFile(path, []byte(goodFile), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{path, "-"} {
		d := setup()
		d.in = goodFile
		r := d.run(t, "merchants import "+file)
		if r != (result{out: "imported 1 merchant with 2 shops\n"}) {
			t.Errorf("%s: %+v", file, r)
		}
		if len(d.imported) != 1 || !reflect.DeepEqual(d.imported[0], expected) {
			t.Errorf("%s: imported %+v", file, d.imported)
		}
	}
}

func TestAllProblemsOfAnImportAreSaidAtOnceWithTheirPlace(t *testing.T) {
	t.Parallel()
	d := setup()
	d.in = `[
  {"mall_id": "Demo", "gateway": "", "public_key": 7, "secretkey": "canary-secret", "shops": [
    {"shop_no": 0, "shop_name": "a", "currency_code": "php", "enabled": "yes", "external_checkout": true},
    {"shop_no": 1.5, "shop_name": null, "currency_code": "KRW", "enabled": true, "partner_id": "with blank"},
    "canary-secret"]},
  ["canary-secret"],
  {"mall_id": "mall1", "gateway": "demo", "public_key": "p", "secret_key": "canary-secret", "shops": {}},
  {"mall_id": "mall1", "gateway": "demo", "public_key": "p", "secret_key": "canary-secret", "shops": [
    {"shop_no": 1, "shop_name": "a", "currency_code": "PHP", "enabled": true, "external_checkout": true, "partner_id": "same"},
    {"shop_no": 1, "shop_name": "b", "currency_code": "PHP", "enabled": true, "external_checkout": true, "partner_id": "same", "colour": "red"}]}
]`
	r := d.run(t, "merchants import -")
	if r.code != 2 || r.out != "" || d.opened != 0 {
		t.Errorf("%+v, opened %d times", r, d.opened)
	}
	golden(t, "import_problems", r.err)
}

func TestAFileThatIsNoListIsRefusedWithThePlace(t *testing.T) {
	t.Parallel()
	for text, expected := range map[string]string{
		"":                              "ends too early",
		"[{":                            "ends too early",
		"{}":                            "must be a list",
		"[]":                            "must be a list of at least one",
		"null":                          "must be a list",
		"[\n  {\"secret_key\": canary}": "line 2, column 18",
		goodFile + "]":                  "goes on after its end at line 4",
		goodFile + goodFile:             "goes on after its end",
		"[\"\xff\"]":                    "is not UTF-8",
	} {
		d := setup()
		d.in = text
		if r := d.run(t, "merchants import -"); r.code != 2 || !strings.Contains(r.err, expected) || strings.Contains(r.err, "canary") {
			t.Errorf("%q: %+v", text, r)
		}
	}
}

func TestAFileThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	d := setup()
	if r := d.run(t, "merchants import /nowhere/at-all.json"); r.code != 2 || r.err != "paybridge: /nowhere/at-all.json cannot be read: no such file or directory\n" {
		t.Errorf("%+v", r)
	}
	if r := d.run(t, "merchants import "+t.TempDir()); r.code != 2 || !strings.Contains(r.err, "is a directory") {
		t.Errorf("%+v", r)
	}
	d.in = strings.Repeat(" ", 8<<20+1)
	if r := d.run(t, "merchants import -"); r.code != 2 || !strings.Contains(r.err, "larger than 8 MiB") {
		t.Errorf("%+v", r)
	}
}

func TestAnImportThatBreaksOffSaysWhatIsStored(t *testing.T) {
	t.Parallel()
	d := setup()
	d.in = strings.Replace(goodFile, "[{", `[{"mall_id": "mall1", "gateway": "demo", "public_key": "p", "secret_key": "canary-secret", "shops": []}, {`, 1)
	d.app.Commands.ImportMerchants = handle(func(command.ImportMerchants) (command.Imported, error) {
		return command.Imported{Merchants: 1}, fault.New(fault.Conflict, "partner_taken", "partner_id: belongs to another shop")
	})
	r := d.run(t, "merchants import -")
	if r.code != 1 {
		t.Errorf("%+v", r)
	}
	golden(t, "import_broken_off", r.err)
}

func TestAnImportForACompanyThatIsNotOfferedSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	d := setup()
	d.in = goodFile
	d.app.Commands.ImportMerchants = handle(func(command.ImportMerchants) (command.Imported, error) {
		return command.Imported{}, fault.New(fault.Unsupported, "company_not_offered", "not offered").Because(errors.New("GATEWAY_DEMO_BASE_URL is not set"))
	})
	if r := d.run(t, "merchants import -"); r.code != 1 || !strings.Contains(r.err, "-> GATEWAY_DEMO_BASE_URL is not set; this was about mall demomall") {
		t.Errorf("%+v", r)
	}
}

func TestASecretOfTheFileIsInNoOutput(t *testing.T) {
	t.Parallel()
	const canary = "canary-5f1c"
	rapid.Check(t, func(rt *rapid.T) {
		d := setup()
		d.in = damaged(rt, strings.ReplaceAll(goodFile, "canary-secret", canary), canary)
		r := d.run(t, "merchants import - --verbose")
		if strings.Contains(r.out+r.err, canary) {
			rt.Fatalf("%s\ngave %+v", d.in, r)
		}
	})
}

func TestASecretIsNotShownEvenWhenAnErrorQuotesTheWholeImport(t *testing.T) {
	t.Parallel()
	d := setup()
	d.in = goodFile
	d.app.Commands.ImportMerchants = handle(func(in command.ImportMerchants) (command.Imported, error) {
		return command.Imported{}, fmt.Errorf("store %+v %#v: %w", in, in, errCore)
	})
	if r := d.run(t, "merchants import - --verbose"); r.code != 1 || !strings.Contains(r.err, "[secret]") || strings.Contains(r.out+r.err, "canary-secret") {
		t.Errorf("%+v", r)
	}
}

// damaged cuts the file somewhere, or puts the secret where another value belongs.
func damaged(rt *rapid.T, text, secret string) string {
	if rapid.Bool().Draw(rt, "cut") {
		return text[:rapid.IntRange(0, len(text)).Draw(rt, "length")]
	}
	values := []string{`"demomall"`, `"demo"`, "1", `"Tindahan"`, `"PHP"`, "true", `"demo-jp"`, "[\n    {"}
	value := rapid.SampledFrom(values).Draw(rt, "value")
	quoted, err := json.Marshal(secret)
	if err != nil {
		rt.Fatal(err)
	}
	return strings.Replace(text, value, string(quoted), 1)
}

func TestAMisuseReadsWellWithoutASubject(t *testing.T) {
	t.Parallel()
	if got := (&cli.MisuseError{Problems: []string{"a", "b"}}).Error(); got != "a\nb" {
		t.Errorf("got %q", got)
	}
}
