package httpapi

import (
	"github.com/gofiber/fiber/v2"

	"paybridge/application/query"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// The paths of the script in a mall's pages.
const (
	scriptPath     = "/api/external-checkout/script"
	scriptDataPath = scriptPath + "/data"
	scriptHMACPath = scriptPath + "/hmac"
	scriptFilePath = scriptPath + "/:file" // the button, whose name has its hash
)

// openToPages lets the scripts of every page read the answer: it holds nothing that is not for everybody, and no
// cookie counts at these doors. The date is how the script learns the right time.
func openToPages(c *fiber.Ctx) error {
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderAccessControlExposeHeaders, "Date, "+fiber.HeaderXRequestID)
	return c.Next()
}

// pageAnswer is how the script in a page is answered: with data, or with a text and false.
type pageAnswer struct {
	Data   any  `json:"mData"`
	Result bool `json:"bResult"`
}

// queryFields reads the query of a request as it came.
func queryFields(c *fiber.Ctx) (fields, error) {
	return formFields("query", string(c.Request().URI().QueryString()))
}

func readMall(r *reader) merchant.MallID {
	mall, err := merchant.ParseMallID(r.text("mall_id", mostText))
	if err != nil && r.err == nil {
		r.err = err
	}
	return mall
}

func readShop(r *reader) int {
	number, err := parseShop(r.text("shop_no", mostText))
	if err != nil && r.err == nil {
		r.err = err
	}
	return number
}

func readButtonQuestion(c *fiber.Ctx) (query.CheckoutButton, error) {
	received, err := queryFields(c)
	if err != nil {
		return query.CheckoutButton{}, err
	}
	r := reader{fields: received}
	in := query.CheckoutButton{Mall: readMall(&r), Shop: readShop(&r)}
	return in, r.err
}

// buttonAnswer is the data of the button (protocol section 7.2).
type buttonAnswer struct {
	PublicKey    string `json:"public_key"`
	ShopName     string `json:"shop_name"`
	ShopCurrency string `json:"shop_currency"`
}

func replyButton(c *fiber.Ctx, b query.Button) error {
	return c.JSON(pageAnswer{Data: buttonAnswer{PublicKey: b.PublicKey, ShopName: b.ShopName, ShopCurrency: string(b.Currency)}, Result: true})
}

// readReservation reads what is to be signed; its grammar is the signer's business.
func readReservation(c *fiber.Ctx) (query.SignReservation, error) {
	received, err := queryFields(c)
	if err != nil {
		return query.SignReservation{}, err
	}
	r := reader{fields: received}
	in := query.SignReservation{Reservation: ports.Reservation{
		Mall: readMall(&r), Time: r.text("request_time", mostText), App: r.text("client_key", mostText), Member: r.text("member_id", mostText),
	}}
	return in, r.err
}

// replySignature answers with the signature of a reservation (protocol section 7.3).
func replySignature(c *fiber.Ctx, signature string) error {
	return c.JSON(struct {
		HMACKey string `json:"hmac_key"`
	}{signature})
}
