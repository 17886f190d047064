package system

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"paybridge/test/sandbox/company"
)

type merchant struct {
	MallID    string `json:"mall_id"`
	Gateway   string `json:"gateway"`
	PublicKey string `json:"public_key"`
	SecretKey string `json:"secret_key"`
	Shops     []shop `json:"shops"`
}

type shop struct {
	Number           int    `json:"shop_no"`
	Name             string `json:"shop_name"`
	Currency         string `json:"currency_code"`
	Enabled          bool   `json:"enabled"`
	ExternalCheckout bool   `json:"external_checkout"`
}

// merchants are the malls of the starting collection: both with the same account at the company, shop 1 open, the others not.
func merchants() []merchant {
	shops := []shop{
		{Number: 1, Name: "Tindahan", Currency: "PHP", Enabled: true, ExternalCheckout: true},
		{Number: 2, Name: "Tindahan Japan", Currency: "JPY"},
		{Number: 3, Name: "Tindahan Korea", Currency: "KRW"},
		{Number: 4, Name: "Tindahan World", Currency: "USD"},
		{Number: 5, Name: "Tindahan Vietnam", Currency: "VND"},
	}
	var list []merchant
	for _, mall := range []string{"demomall", "ectmtjpq001"} {
		list = append(list, merchant{
			MallID: mall, Gateway: "demo", PublicKey: company.DemoPublicKey, SecretKey: company.DemoSecretKey, Shops: shops,
		})
	}
	return list
}

// writeMerchants writes the merchants that are not known yet into a file for the app's import and returns its path: none when there
// are none.
func writeMerchants(dir string, known []merchant) (string, error) {
	fresh := slices.DeleteFunc(merchants(), func(one merchant) bool {
		return slices.ContainsFunc(known, func(other merchant) bool { return other.MallID == one.MallID })
	})
	if len(fresh) == 0 {
		return "", nil
	}
	text, err := json.MarshalIndent(fresh, "", "  ")
	if err != nil {
		return "", fmt.Errorf("merchants file: %w", err)
	}
	path := filepath.Join(dir, "sandbox-merchants.json")
	if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return "", fmt.Errorf("merchants file: %w", err)
	}
	return path, nil
}
