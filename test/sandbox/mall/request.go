package mall

import (
	"crypto/rand"
	"strconv"
	"time"
)

// The receivers' paths, below /Pay/Recv/openpg/.
const (
	returnPath       = "/Pay/Recv/openpg/PayReceiveRtnPage.php"
	notificationPath = "/Pay/Recv/openpg/PayReceiveNoty.php"
	cancelPath       = "/Pay/Recv/openpg/PayReceiveCancelNoty.php"
	checkoutPath     = "/Pay/Recv/openpg/PayReceiveCheckoutNoty.php"
)

// paymentRequest is Cafe24's payment request.
type paymentRequest struct {
	RequestType   string         `json:"request_type"`
	PartnerID     string         `json:"partner_id"`
	EndUserIP     string         `json:"end_user_ip"`
	ShopName      string         `json:"shop_name"`
	ShopNo        string         `json:"shop_no"`
	OrderID       string         `json:"order_id"`
	Paymethod     string         `json:"paymethod"`
	Currency      string         `json:"currency"`
	CountryCode   string         `json:"country_code"`
	EncodingType  string         `json:"encoding_type"`
	BuyerID       string         `json:"buyer_id"`
	BuyerName     string         `json:"buyer_name"`
	BuyerPhone    string         `json:"buyer_phone"`
	BuyerAddr     string         `json:"buyer_addr"`
	ReceiverName  string         `json:"receiver_name"`
	BuyerEmail    string         `json:"buyer_email"`
	ReceiverPhone string         `json:"receiver_phone"`
	ReceiverAddr  string         `json:"receiver_addr"`
	GoodsName     string         `json:"goods_name"`
	Amount        string         `json:"amount"`
	AmountTaxFree string         `json:"amount_tax_free"`
	AmountVAT     string         `json:"amount_vat"`
	AmountTax     string         `json:"amount_tax"`
	ReturnURL     string         `json:"return_url"`
	ReturnNotyURL string         `json:"return_noty_url"`
	UserAgent     string         `json:"user_agent"`
	HashData      string         `json:"hash_data"`
	ExtraData     extraData      `json:"extra_data"`
	Additional    map[string]any `json:"additional_payment_info"`
	ShipCountry   string         `json:"ship_country"`
	ShipZip       *string        `json:"ship_zip"`
	ShipState     string         `json:"ship_state"`
	ShipCity      string         `json:"ship_city"`
	ShipAddress   string         `json:"ship_address"`
	ShipAddress2  string         `json:"ship_address2"`
	ShipOption1   string         `json:"ship_option_1"`
}

// extraData is what the app must send back unchanged. RedirectKey is left out of cancel requests.
type extraData struct {
	Name        string `json:"pgName"`
	OrderID     string `json:"orderId,omitempty"`
	LogKey      string `json:"LogKey"`
	RedirectKey string `json:"sRdrLogKey,omitempty"`
}

// item is one position in additional_payment_info.
type item struct {
	ProductName    string  `json:"product_name"`
	Quantity       int     `json:"quantity"`
	PaymentInfo    *string `json:"payment_info"`
	AdditionalInfo bool    `json:"additional_info"`
	UnitAmount     int     `json:"unit_amount"`
}

// visitor is the browser that checks out.
type visitor struct{ ip, agent, publicURL string }

// newRequest writes the signed payment request of an order.
func (m *Mall) newRequest(o Order, logKey string, from visitor) paymentRequest {
	return paymentRequest{
		RequestType: "request", PartnerID: o.PartnerID, EndUserIP: from.ip, ShopName: shopName, ShopNo: "1", OrderID: o.ID,
		Paymethod: "etc", Currency: o.Currency, CountryCode: "EN", EncodingType: "UTF-8",
		BuyerID: "buyer01", BuyerName: o.Buyer.Name, BuyerPhone: o.Buyer.Phone, BuyerAddr: o.Buyer.Address, BuyerEmail: o.Buyer.Email,
		ReceiverName: o.Buyer.Name, ReceiverPhone: o.Buyer.Phone, ReceiverAddr: o.Buyer.Address,
		GoodsName: goodsName(o.Lines), Amount: o.Amount, AmountTaxFree: "0", AmountVAT: "0", AmountTax: "0",
		ReturnURL: from.publicURL + returnPath, ReturnNotyURL: m.notifyURL(o.Mall) + notificationPath, UserAgent: from.agent,
		HashData:   Sign(m.config.ServiceKey, o.Amount, o.Currency, o.ID, o.PartnerID),
		ExtraData:  extraData{Name: "pg-demo-app", OrderID: o.ID, LogKey: logKey, RedirectKey: newLogKey(m.now())},
		Additional: additional(o), ShipCountry: "PH", ShipState: "METRO MANILA", ShipCity: o.Buyer.City,
		ShipAddress: o.Buyer.Address, ShipAddress2: "", ShipOption1: "F",
	}
}

// additional mixes numbered positions with named amounts, as Cafe24 does.
func additional(o Order) map[string]any {
	info := map[string]any{
		"buyer_firstname": firstName(o.Buyer.Name), "buyer_lastname": lastName(o.Buyer.Name),
		"shipping_fee": shippingFee, "discount_price": 0,
	}
	for i, line := range o.Lines {
		info[strconv.Itoa(i)] = item{ProductName: line.Product, Quantity: line.Quantity, UnitAmount: line.Price}
	}
	return info
}

// newLogKey looks like Cafe24's: a time and something random.
func newLogKey(now time.Time) string {
	return "PGPy" + now.UTC().Format("0102150405") + rand.Text()[:20]
}
