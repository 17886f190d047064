package cafe24

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

var _ ports.MallShops = (*API)(nil)

func listShops(mall merchant.MallID) adminCall {
	return adminCall{mall: mall, scope: "mall.read_store", method: http.MethodGet, api: "shops"}
}

type shopsAnswer struct {
	Shops []shopTold `json:"shops"`
}

type shopTold struct {
	No       int      `json:"shop_no"`
	Name     string   `json:"shop_name"`
	Currency string   `json:"currency_code"`
	Base     string   `json:"base_domain"`
	Primary  string   `json:"primary_domain"`
	Others   []string `json:"slave_domain"`
	Active   string   `json:"active"`
}

// Shops implements ports.MallShops (protocol section 12.5).
func (a *API) Shops(ctx context.Context, mall merchant.MallID) ([]ports.MallShop, error) {
	ctx, cancel := context.WithTimeout(ctx, a.config.Timeout)
	defer cancel()
	body, err := a.call(ctx, listShops(mall))
	if err != nil {
		return nil, err
	}
	var told shopsAnswer
	if json.Unmarshal(body, &told) != nil || len(told.Shops) == 0 {
		return nil, errAPIUnclear
	}
	list := make([]ports.MallShop, 0, len(told.Shops))
	for _, s := range told.Shops {
		if s.No < 1 {
			return nil, errAPIUnclear
		}
		list = append(list, ports.MallShop{No: s.No, Name: s.Name, Currency: s.Currency, Active: s.Active != "F", Domains: s.domains()})
	}
	slices.SortFunc(list, func(a, b ports.MallShop) int { return a.No - b.No })
	return list, nil
}

// domains are the hosts of the shop; Cafe24 writes some with a path.
func (s shopTold) domains() []string {
	var hosts []string
	for _, name := range append([]string{s.Base, s.Primary}, s.Others...) {
		host, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(name)), "/")
		if host != "" && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

var errAPIUnclear = fault.New(fault.Unavailable, "cafe24_unclear", "Cafe24's answer is not readable")
