package platform

import (
	"net/http"
	"slices"
	"strconv"
)

// Shop is a shop of a mall.
type Shop struct {
	No            int      `json:"shop_no"`
	Default       string   `json:"default"`
	Name          string   `json:"shop_name"`
	Country       string   `json:"business_country_code"`
	Language      string   `json:"language_code"`
	Currency      string   `json:"currency_code"`
	BaseDomain    string   `json:"base_domain"`
	PrimaryDomain string   `json:"primary_domain"`
	SlaveDomains  []string `json:"slave_domain"`
	Active        string   `json:"active"`
	Timezone      string   `json:"timezone"`
	HTTPS         string   `json:"is_https_active"`
}

// usualShops are those of every mall until SetShops says otherwise.
func usualShops(mall string) []Shop {
	var list []Shop
	for i, one := range []struct{ name, country, language, currency string }{
		{"Tindahan", "PH", "en_US", "PHP"},
		{"Tindahan Japan", "JP", "ja_JP", "JPY"},
		{"Tindahan Korea", "KR", "ko_KR", "KRW"},
		{"Tindahan World", "US", "en_US", "USD"},
		{"Tindahan Vietnam", "VN", "vi_VN", "VND"},
	} {
		shop := Shop{
			No: i + 1, Default: "F", Name: one.name, Country: one.country, Language: one.language, Currency: one.currency,
			BaseDomain: mall + ".cafe24.com/shop" + strconv.Itoa(i+1), SlaveDomains: []string{}, Active: "T", Timezone: "Asia/Seoul", HTTPS: "T",
		}
		if i == 0 {
			shop.Default, shop.BaseDomain = "T", mall+".cafe24.com"
		}
		shop.PrimaryDomain = shop.BaseDomain
		list = append(list, shop)
	}
	return list
}

// Shops are the shops of a mall.
func (p *Platform) Shops(mall string) []Shop {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.of(mall).Shops)
}

// SetShops replaces the shops of a mall.
func (p *Platform) SetShops(mall string, shops ...Shop) {
	p.change(mall, func(r *record) { r.Shops = slices.Clone(shops) })
}

func (p *Platform) listShops(c call) answer {
	return answer{http.StatusOK, map[string]any{"shops": p.Shops(c.mall)}}
}

func (p *Platform) showShop(c call) answer {
	for _, shop := range p.Shops(c.mall) {
		if strconv.Itoa(shop.No) == c.PathValue("no") {
			return answer{http.StatusOK, map[string]any{"shop": shop}}
		}
	}
	return failed(http.StatusNotFound, "there is no such shop")
}
