package platform

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
)

// Gateway is the app's payment gateway in one shop.
type Gateway struct {
	ShopNo           int        `json:"shop_no"`
	PartnerID        string     `json:"partner_id"`
	ClientID         string     `json:"client_id"`
	Additional       []KeyValue `json:"additional_information"`
	MembershipFee    string     `json:"membership_fee_type"`
	ServiceLimitType string     `json:"service_limit_type"`
	ReviewStatus     string     `json:"review_status"`
	ReviewDate       string     `json:"review_date"`
}

// KeyValue is a piece of additional information.
type KeyValue struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// gatewayRequest is what may be said about a gateway; what is left out stays as it is.
type gatewayRequest struct {
	ShopNo  int `json:"shop_no"`
	Request struct {
		PartnerID        *string    `json:"partner_id"`
		Additional       []KeyValue `json:"additional_information"`
		MembershipFee    *string    `json:"membership_fee_type"`
		ServiceLimitType *string    `json:"service_limit_type"`
		ReviewStatus     *string    `json:"review_status"`
	} `json:"request"`
}

// PutGateway adds a payment gateway as it is, as if the app had made it once.
func (p *Platform) PutGateway(mall string, one Gateway) {
	one.ClientID, one.ServiceLimitType, one.ReviewStatus = p.config.ClientID, "A", "APPROVED"
	one.Additional, one.ReviewDate = []KeyValue{}, p.now().In(korea).Format("2006-01-02 15:04:05")
	p.change(mall, func(r *record) { r.Gateways = append(r.Gateways, one) })
}

// readStrictly reads a body that may hold nothing unknown.
func readStrictly(r *http.Request, target any) bool {
	var body bytes.Buffer
	if _, err := body.ReadFrom(r.Body); err != nil {
		return false
	}
	decoder := json.NewDecoder(&body)
	decoder.DisallowUnknownFields()
	return decoder.Decode(target) == nil
}

func (p *Platform) createGateway(c call) answer { return p.writeGateway(c, true) }

func (p *Platform) updateGateway(c call) answer { return p.writeGateway(c, false) }

func (p *Platform) writeGateway(c call, create bool) (got answer) {
	asked := gatewayRequest{ShopNo: 1}
	if !readStrictly(c.Request, &asked) {
		return failed(http.StatusUnprocessableEntity, "the body holds something unknown or of the wrong type")
	}
	p.change(c.mall, func(r *record) {
		at := r.gateway(asked.ShopNo)
		switch {
		case !r.hasShop(asked.ShopNo):
			got = failed(http.StatusUnprocessableEntity, "shop_no is no shop of this mall")
		case create && at >= 0:
			got = failed(http.StatusConflict, "the payment gateway of this client exists already")
		case !create && (at < 0 || c.PathValue("client_id") != p.config.ClientID):
			got = failed(http.StatusNotFound, "there is no such payment gateway")
		default:
			got = p.putGateway(r, at, asked)
		}
	})
	return got
}

// putGateway changes the gateway at an index, or adds one when it is negative.
func (p *Platform) putGateway(r *record, at int, asked gatewayRequest) answer {
	one := Gateway{ShopNo: asked.ShopNo, ClientID: p.config.ClientID, Additional: []KeyValue{}, ServiceLimitType: "A", ReviewStatus: "AWAITING_PAYMENT"}
	if at >= 0 {
		one = r.Gateways[at]
	}
	for _, field := range []struct{ to, from *string }{
		{&one.PartnerID, asked.Request.PartnerID},
		{&one.MembershipFee, asked.Request.MembershipFee},
		{&one.ServiceLimitType, asked.Request.ServiceLimitType},
		{&one.ReviewStatus, asked.Request.ReviewStatus},
	} {
		if field.from != nil {
			*field.to = *field.from
		}
	}
	if asked.Request.Additional != nil {
		one.Additional = asked.Request.Additional
	}
	one.ReviewDate = p.now().In(korea).Format("2006-01-02 15:04:05")
	if problem := one.problem(); problem != "" {
		return failed(http.StatusUnprocessableEntity, problem)
	}
	if at >= 0 {
		r.Gateways[at] = one
	} else {
		r.Gateways = append(r.Gateways, one)
	}
	return answer{http.StatusOK, map[string]any{"paymentgateway": one}}
}

// problem is what the documentation forbids.
func (g Gateway) problem() string {
	switch {
	case g.PartnerID == "" || len([]rune(g.PartnerID)) > 50:
		return "partner_id is required and has at most 50 characters"
	case len(g.Additional) > 5:
		return "additional_information has at most 5 entries"
	case !slices.Contains([]string{"", "PRE", "PAD", "FREE"}, g.MembershipFee):
		return "membership_fee_type is PRE, PAD or FREE"
	case g.ServiceLimitType != "A" && g.ServiceLimitType != "M":
		return "service_limit_type is A or M"
	case !slices.Contains([]string{"AWAITING_PAYMENT", "PENDING_REVIEW", "APPROVED"}, g.ReviewStatus):
		return "review_status is AWAITING_PAYMENT, PENDING_REVIEW or APPROVED"
	}
	return ""
}

func (p *Platform) deleteGateway(c call) (got answer) {
	p.change(c.mall, func(r *record) {
		at := r.gateway(c.shopNo)
		if at < 0 || c.PathValue("client_id") != p.config.ClientID {
			got = failed(http.StatusNotFound, "there is no such payment gateway in shop "+strconv.Itoa(c.shopNo))
			return
		}
		r.Gateways = slices.Delete(r.Gateways, at, at+1)
		got = answer{http.StatusOK, map[string]any{"paymentgateway": map[string]any{"shop_no": c.shopNo, "client_id": p.config.ClientID}}}
	})
	return got
}

func (r *record) gateway(shopNo int) int {
	return slices.IndexFunc(r.Gateways, func(g Gateway) bool { return g.ShopNo == shopNo })
}

func (r *record) hasShop(no int) bool {
	return slices.ContainsFunc(r.Shops, func(s Shop) bool { return s.No == no })
}
