package cli

import (
	"fmt"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/ports"
)

// importReader turns the file into merchants, and remembers what was named before: the same mall,
// shop or partner id twice cannot be meant.
type importReader struct {
	*document

	malls    map[merchant.MallID]string // where each was named first
	partners map[merchant.PartnerID]string
}

// parseImport reads a list of merchants. Either there are problems, all of them, each with its place,
// or the merchants are whole. No value of the file is part of a problem.
func parseImport(text []byte) ([]command.MerchantImport, []string) {
	r := importReader{document: &document{}, malls: map[merchant.MallID]string{}, partners: map[merchant.PartnerID]string{}}
	root, ok := r.decode(text)
	if !ok {
		return nil, r.problems
	}
	items, ok := root.([]any)
	if !ok || len(items) == 0 {
		r.problem("the file", "must be a list of at least one merchant: [{...}]")
	}
	var merchants []command.MerchantImport
	for i, item := range items {
		if o, ok := r.object(fmt.Sprintf("[%d]", i), item); ok {
			merchants = append(merchants, r.merchant(o))
		}
	}
	return merchants, r.problems
}

func (r importReader) merchant(o object) command.MerchantImport {
	m := command.MerchantImport{
		Mall: parsed(o, "mall_id", merchant.ParseMallID), Gateway: o.text("gateway"),
		PublicKey: o.text("public_key"), SecretKey: ports.NewSecret(o.text("secret_key")),
	}
	unique(o, "mall_id", m.Mall, r.malls)
	numbers := map[int]string{}
	for i, item := range o.list("shops") {
		shop, ok := r.object(fmt.Sprintf("%s[%d]", o.at("shops"), i), item)
		if !ok {
			continue
		}
		m.Shops = append(m.Shops, r.shop(shop))
		unique(shop, "shop_no", m.Shops[len(m.Shops)-1].No, numbers)
	}
	o.end()
	return m
}

func (r importReader) shop(o object) command.ShopImport {
	s := command.ShopImport{
		No: o.number("shop_no"), Name: o.text("shop_name"), Currency: parsed(o, "currency_code", money.ParseCurrency),
		Enabled: o.flag("enabled"), ExternalCheckout: o.flag("external_checkout"),
	}
	if o.has("partner_id") {
		s.Partner = parsed(o, "partner_id", merchant.ParsePartnerID)
		unique(o, "partner_id", s.Partner, r.partners)
	}
	o.end()
	return s
}

// parsed reads a text through a parser of the domain, and shows the parser's reason at its place.
func parsed[T any](o object, name string, parse func(string) (T, error)) T {
	var none T
	text := o.text(name)
	if text == "" {
		return none
	}
	value, err := parse(text)
	if err != nil {
		o.problem(o.at(name), ofField(fault.Of(err)))
		return none
	}
	return value
}

// unique reports a value that was named before. A zero value has a problem of its own.
func unique[T comparable](o object, name string, value T, before map[T]string) {
	var none T
	if value == none {
		return
	}
	if first, taken := before[value]; taken {
		o.problem(o.at(name), "is the same as "+first)
		return
	}
	before[value] = o.at(name)
}
