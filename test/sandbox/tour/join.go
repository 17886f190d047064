package tour

import (
	"regexp"
	"slices"
	"strings"
)

var orderCode = regexp.MustCompile(`pg-order-\d+`)

// keysOf finds the names by which a message belongs to others: its trace, the mall's order, the buyer's log key, the company's
// code. A list of the company names many orders and is joined by its trace only.
func keysOf(e Exchange) []string {
	var keys []string
	if e.Trace != "" {
		keys = append(keys, "trace "+e.Trace)
	}
	body, answer, query := fieldsOf(e.Body), fieldsOf(e.Answer), fieldsOf(e.Query)
	if shop := shopKey(e, answer, query); shop != "" {
		keys = append(keys, shop)
	}
	// Until the mall is told, the reference is all that an order made for a reservation has in common with it.
	switch {
	case strings.HasPrefix(e.Path, reservePath) && value(answer, "order_id") != "":
		keys = append(keys, "reserved "+value(answer, "order_id"))
	case value(body, "review_url") != "":
		keys = append(keys, "reserved "+value(body, "reference_no"))
	}
	for _, fields := range [][]Field{body, answer} {
		if key := orderKey(e, fields); key != "" {
			keys = append(keys, key)
		}
	}
	for _, fields := range [][]Field{body, query} {
		if key := value(fieldsOf(value(fields, "extra_data")), "LogKey"); key != "" {
			keys = append(keys, "log "+key)
		}
	}
	codes := orderCode.FindAllString(strings.Join([]string{e.Path, e.Query, e.Body, e.Answer, e.Location}, " "), -1)
	slices.Sort(codes)
	if codes = slices.Compact(codes); len(codes) == 1 {
		keys = append(keys, "code "+codes[0])
	}
	return keys
}

// shopMall is the mall whose shop can be visited.
const shopMall = "demomall"

// shopKey names the order that a page of the shop has reserved or comes back to.
func shopKey(e Exchange, answer, query []Field) string {
	id := ""
	switch {
	case strings.HasPrefix(e.Path, reservePath):
		id = value(answer, "order_id")
	case strings.HasPrefix(e.Path, resultPath):
		id = value(query, "order_id")
	}
	if id == "" {
		return ""
	}
	return "order " + shopMall + "/" + id
}

// orderKey names the order of a mall; the mall is the first part of the partner id, or in the path of the Admin API.
func orderKey(e Exchange, fields []Field) string {
	mall, _, _ := strings.Cut(value(fields, "partner_id"), ":")
	id := value(fields, "order_id")
	if mall == "" || id == "" {
		if parts := strings.Split(e.Path, "/"); len(parts) > adminOrderParts && parts[1] == "malls" && parts[6] == "orders" && parts[adminOrderParts] != "calculation" {
			mall, id = parts[2], parts[adminOrderParts]
		}
	}
	if mall == "" || id == "" {
		return ""
	}
	return "order " + mall + "/" + id
}

// adminOrderParts is where the order id stands in /malls/{mall_id}/api/v2/admin/orders/{order_id}.
const adminOrderParts = 7

// join sorts exchanges into groups whose members share keys, directly or through others; groups and members keep their order.
func join(exchanges []Exchange) [][]Exchange {
	groupOf := map[string]int{} // by key
	var groups [][]int
	merged := func(into, from int) {
		groups[into] = append(groups[into], groups[from]...)
		groups[from] = nil
		for key, group := range groupOf {
			if group == from {
				groupOf[key] = into
			}
		}
	}
	for i, one := range exchanges {
		groups = append(groups, []int{i})
		home := len(groups) - 1
		for _, key := range one.Keys {
			if known, exists := groupOf[key]; exists && known != home {
				merged(min(known, home), max(known, home))
				home = min(known, home)
			}
			groupOf[key] = home
		}
	}
	var joined [][]Exchange
	for _, members := range groups {
		slices.Sort(members)
		var group []Exchange
		for _, i := range members {
			group = append(group, exchanges[i])
		}
		if len(group) > 0 {
			joined = append(joined, group)
		}
	}
	return joined
}
