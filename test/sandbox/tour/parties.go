package tour

import (
	"strings"

	"paybridge/test/sandbox/control"
)

// The parties of every message.
const (
	buyerIs   = "buyer"
	mallIs    = "mall"
	appIs     = "app"
	companyIs = "company"
)

// What a browser asks the mall for besides the buyer's return.
const (
	reservePath = "/exec/front/order/reserve/"
	resultPath  = "/api/shop/"
)

// parties says who has sent a message to whom, seen from one simulator; false means that it is none of the story.
func parties(side string, r control.Request) (from, to string, matters bool) {
	switch {
	case r.Sent:
		return side, appIs, true
	case strings.HasPrefix(r.Path, "/v1/"):
		return appIs, companyIs, true
	case side == companyIs:
		return buyerIs, companyIs, strings.HasPrefix(r.Path, "/pay/") || strings.HasPrefix(r.Path, "/checkout/")
	case r.Method == "GET" && strings.HasPrefix(r.Path, "/Pay/"), strings.HasSuffix(r.Path, "/oauth/authorize"),
		strings.HasPrefix(r.Path, reservePath), strings.HasPrefix(r.Path, resultPath):
		return buyerIs, mallIs, true
	default:
		return appIs, mallIs, true
	}
}
