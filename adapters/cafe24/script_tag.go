package cafe24

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

var _ ports.ShopScripts = (*API)(nil)

// buttonPages are the pages of a storefront that can carry a payment button (protocol section 10).
var buttonPages = []string{"PRODUCT_DETAIL", "ORDER_BASKET"}

// scriptTag is one as Cafe24 has it. Its number is text of 16 digits.
type scriptTag struct {
	No        string   `json:"script_no"`
	Client    string   `json:"client_id"`
	Source    string   `json:"src"`
	Pages     []string `json:"display_location"`
	Integrity string   `json:"integrity"`
}

type scriptTagsAnswer struct {
	Tags []scriptTag `json:"scripttags"`
}

type scriptTagRequest struct {
	ShopNo  int `json:"shop_no"`
	Request struct {
		Source    string   `json:"src"`
		Pages     []string `json:"display_location"`
		Integrity string   `json:"integrity,omitempty"`
	} `json:"request"`
}

func tagCall(mall merchant.MallID, method, rest string, body any) adminCall {
	scope := "mall.write_application"
	if method == http.MethodGet {
		scope = "mall.read_application"
	}
	return adminCall{mall: mall, scope: scope, method: method, api: "scripttags", rest: rest, body: body}
}

// PutScript implements ports.ShopScripts. The first tag of ours is made to what is wanted, all others go:
// they are of an address that the service had before, or of a create whose answer was lost.
func (a *API) PutScript(ctx context.Context, mall merchant.MallID, shop int, script ports.Script) error {
	return a.putScript(ctx, mall, shop, script, true)
}

// RenewScript implements ports.ShopScripts.
func (a *API) RenewScript(ctx context.Context, mall merchant.MallID, shop int, script ports.Script) error {
	return a.putScript(ctx, mall, shop, script, false)
}

func (a *API) putScript(ctx context.Context, mall merchant.MallID, shop int, script ports.Script, create bool) error {
	ctx, cancel := context.WithTimeout(ctx, changeTimeout)
	defer cancel()
	ours, err := a.tags(ctx, mall, shop)
	if err != nil || (len(ours) == 0 && !create) {
		return err
	}
	body := scriptTagRequest{ShopNo: shop}
	body.Request.Source, body.Request.Pages, body.Request.Integrity = script.URL, buttonPages, script.Integrity
	if len(ours) == 0 {
		_, err := a.call(ctx, tagCall(mall, http.MethodPost, "", body))
		return err
	}
	if one := ours[0]; one.Source != script.URL || one.Integrity != script.Integrity || !slices.Equal(one.Pages, buttonPages) {
		if _, err := a.call(ctx, tagCall(mall, http.MethodPut, "/"+url.PathEscape(one.No), body)); err != nil {
			return err
		}
	}
	return a.dropTags(ctx, mall, shop, ours[1:])
}

// RemoveScript implements ports.ShopScripts.
func (a *API) RemoveScript(ctx context.Context, mall merchant.MallID, shop int) error {
	ctx, cancel := context.WithTimeout(ctx, changeTimeout)
	defer cancel()
	ours, err := a.tags(ctx, mall, shop)
	if err != nil {
		return err
	}
	return a.dropTags(ctx, mall, shop, ours)
}

// tags are the tags of this app in a shop.
func (a *API) tags(ctx context.Context, mall merchant.MallID, shop int) ([]scriptTag, error) {
	body, err := a.call(ctx, tagCall(mall, http.MethodGet, fmt.Sprintf("?shop_no=%d", shop), nil))
	if err != nil {
		return nil, err
	}
	var told scriptTagsAnswer
	if json.Unmarshal(body, &told) != nil || told.Tags == nil {
		return nil, errAPIUnclear
	}
	return slices.DeleteFunc(told.Tags, func(t scriptTag) bool { return t.Client != a.config.ClientID || t.No == "" }), nil
}

func (a *API) dropTags(ctx context.Context, mall merchant.MallID, shop int, tags []scriptTag) error {
	for _, one := range tags {
		rest := fmt.Sprintf("/%s?shop_no=%d", url.PathEscape(one.No), shop)
		if _, err := a.call(ctx, tagCall(mall, http.MethodDelete, rest, nil)); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}
