package mall

import (
	"slices"
	"strings"
)

const (
	shopName = "Tindahan"
	currency = "PHP"
	// shippingFee is the same for every order, in pesos.
	shippingFee = 65
	// firstNumber is the number of the first product of the catalogue.
	firstNumber = 17
)

// product is something to buy. Prices are whole pesos.
type product struct {
	Slug, Name, Maker, Text, Alt string
	Price                        int
}

// catalogue is what the shop sells.
func catalogue() []product {
	return []product{
		{"barako-coffee", "Barako Coffee Beans", "Batangas Highlands", "Whole-bean liberica, dark roast. Bold, smoky, a little chocolate. 250 g, roasted this week.", "A bag of coffee beans", 420},
		{"abaca-tote", "Abaca Market Tote", "Bicol Weavers", "Hand-woven from abaca fibre with a cotton lining. Carries a market morning and outlives ten plastic ones.", "A woven tote bag", 890},
		{"dried-mango", "Dried Carabao Mango", "Guimaras Farms", "Three 100 g pouches of the sweetest mango there is, dried slowly and with hardly any sugar.", "A pouch of dried mango", 345},
		{"capiz-lamp", "Capiz Shell Lamp", "Samal Craft", "Translucent capiz panes in a brass frame. Warm light, every piece a little different. 28 cm.", "A round shell lamp", 2480},
		{"calamansi-jam", "Calamansi Marmalade", "Kusina ni Lola", "Tart, bright and full of peel. Good on pandesal, better with cheese. 220 g jar.", "A jar of marmalade", 265},
		{"buri-basket", "Buri Market Basket", "Laguna Weavers", "Plaited from buri palm, with a lid that closes. Larger, or undyed; each is made to order.", "A woven basket with a lid", 1000},
		{"rattan-fan", "Rattan Hand Fan", "Pangasinan Craft", "Light as a leaf and woven in an afternoon. Company for warm evenings and long masses.", "A woven hand fan", 180},
	}
}

// option is a variant of a product, with what it adds to the price, or takes off.
type option struct {
	ID, Text string
	Price    int
}

// Options are the variants to choose from; most products have none.
func (p product) Options() []option {
	if p.Slug != "buri-basket" {
		return nil
	}
	return []option{{"000C", "Size=Large", 100}, {"000A", "Color=Undyed", -200}}
}

// option finds a variant. A product without variants is one variant itself.
func (p product) option(id string) (option, bool) {
	if len(p.Options()) == 0 {
		return option{ID: "000A"}, true
	}
	for _, one := range p.Options() {
		if one.ID == id {
			return one, true
		}
	}
	return option{}, false
}

// number is how Cafe24 counts the product.
func (p product) number() int {
	at := slices.IndexFunc(catalogue(), func(one product) bool { return one.Slug == p.Slug })
	return firstNumber + at
}

func findProduct(slug string) (product, bool) {
	for _, p := range catalogue() {
		if p.Slug == slug {
			return p, true
		}
	}
	return product{}, false
}

// goodsName is how an order is called in one line.
func goodsName(lines []Line) string {
	names := make([]string, 0, len(lines))
	for _, line := range lines {
		names = append(names, line.Product)
	}
	return strings.Join(names, ", ")
}

func firstName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}

func lastName(name string) string {
	_, last, _ := strings.Cut(name, " ")
	return last
}
