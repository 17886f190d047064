package platform

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Launch is what the link to the app says about the merchant; zero values mean the main operator of shop 1, in English.
type Launch struct {
	Lang, Nation, UserID, UserType string
	ShopNo                         int
}

// LaunchURL is the link with which the mall's admin opens the app: the parameters in Cafe24's order and the signature last.
func (p *Platform) LaunchURL(mall string, l Launch) string {
	or := func(text, usual string) string {
		if text == "" {
			return usual
		}
		return text
	}
	signed := query("is_multi_shop", "T", "lang", or(l.Lang, "en_US"), "mall_id", mall, "nation", or(l.Nation, "PH"),
		"shop_no", strconv.Itoa(max(l.ShopNo, 1)), "timestamp", strconv.FormatInt(p.now().Unix(), 10),
		"user_id", or(l.UserID, operator), "user_name", or(l.UserID, operator), "user_type", or(l.UserType, "P"))
	return strings.TrimSuffix(p.config.AppURL(), "/") + "/?" + signed + "&" + query("hmac", SignLaunch(p.config.ClientSecret, signed))
}

// SignLaunch computes the signature of a launch: base64 of HMAC-SHA256 over the query as it is written, without the hmac.
func SignLaunch(clientSecret, query string) string {
	mac := hmac.New(sha256.New, []byte(clientSecret))
	_, _ = mac.Write([]byte(query))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// query writes pairs of names and values in their order, escaped as browsers do (a space is %20).
func query(pairs ...string) string {
	var parts []string
	for pair := range slices.Chunk(pairs, 2) {
		parts = append(parts, pair[0]+"="+strings.ReplaceAll(url.QueryEscape(pair[1]), "+", "%20"))
	}
	return strings.Join(parts, "&")
}
