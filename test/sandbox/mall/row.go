package mall

import (
	"strings"
	"time"
)

// row is a line of a reserved order under the mall's own names; the front SDK renames most of them.
type row struct {
	ShopNo        int     `json:"shop_no"`
	Category      int     `json:"main_cate_no"`
	Quantity      int     `json:"quantity"`
	CustomData    *string `json:"custom_data"`
	ItemCode      string  `json:"item_code"`
	IsSet         string  `json:"is_set_product"`
	ShipType      string  `json:"prd_detail_ship_type"`
	File          *string `json:"attached_file_option"`
	Created       string  `json:"ins_timestamp"`
	Price         string  `json:"product_price"`
	OptionPrice   string  `json:"opt_price"`
	SetDiscount   *string `json:"set_discount_price"`
	ProductNo     int     `json:"product_no"`
	OptionID      string  `json:"opt_id"`
	SetNo         int     `json:"set_product_no"`
	DeliveryType  string  `json:"delvtype"`
	Subscription  string  `json:"subscription"`
	Cycle         *string `json:"subscription_cycle"`
	CycleCount    int     `json:"subscription_shipments_cycle_count"`
	BasketNo      int     `json:"basket_prd_no"`
	ProductName   string  `json:"product_name"`
	OptionText    string  `json:"option_text"`
	IsProduct     string  `json:"is_prd"`
	BundleProduct *string `json:"product_bundle_list"`
}

func rowsOf(lines cart, of skin, now time.Time) []row {
	rows := make([]row, 0, len(lines))
	for _, line := range lines {
		rows = append(rows, row{
			ShopNo: of.Shop, Category: 24, Quantity: line.Quantity, ItemCode: line.variant(), IsSet: "F", ShipType: "P",
			Created: now.Format(time.DateTime), Price: of.Amount(line.Product.Price), OptionPrice: of.Amount(line.Option.Price),
			ProductNo: line.Product.number(), OptionID: line.Option.ID, DeliveryType: "B", Subscription: "F", BasketNo: line.number(),
			ProductName: line.Product.Name, OptionText: line.Option.Text, IsProduct: "T",
		})
	}
	return rows
}

// partnerOf is a shop's id at the app: as the app makes it by default, with the shop's position.
func (m *Mall) partnerOf(shop int) string {
	if shop == 1 {
		return m.config.PartnerID
	}
	return strings.Replace(m.config.PartnerID, ":0:", ":1:", 1)
}
