package mall

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// defaultMall is the mall of the shop, and of messages whose host does not name one.
const defaultMall = "demomall"

// keptTold is how many messages about one order are kept.
const keptTold = 100

// book is everything the mall remembers. It is guarded by Mall.mu; its exported fields are the state file.
type book struct {
	Serial int
	Orders []*Order // in the order of creation
	Counts Counts
	// Platform is the platform's memory; it is here only on the way from and to the state file.
	Platform json.RawMessage `json:",omitempty"`

	byKey map[orderKey]*Order
	byID  map[string][]*Order
}

type orderKey struct{ mall, id string }

// Counts says how many notifications came.
type Counts struct {
	Received int `json:"received"`
	// Valid carried the right signature; Accepted were answered OK.
	Valid    int `json:"valid"`
	Accepted int `json:"accepted"`
}

func newBook() *book {
	b := &book{}
	b.index()
	return b
}

func (b *book) index() {
	b.byKey, b.byID = map[orderKey]*Order{}, map[string][]*Order{}
	for _, o := range b.Orders {
		b.indexOrder(o)
	}
}

func (b *book) indexOrder(o *Order) {
	b.byKey[orderKey{o.Mall, o.ID}] = o
	b.byID[o.ID] = append(b.byID[o.ID], o)
}

func (b *book) add(o *Order) {
	b.Orders = append(b.Orders, o)
	b.indexOrder(o)
}

// nextID is the next order id of the shop: date and serial number.
func (b *book) nextID(now time.Time) string {
	b.Serial++
	return fmt.Sprintf("%s-%07d", now.UTC().Format("20060102"), b.Serial)
}

// find looks for the order that a message is about: by the mall of the host that it was sent to, else by the partner id, since
// messages may be sent to the mall's public address as well.
func (b *book) find(mall, id, partnerID string) *Order {
	if found, exists := b.byKey[orderKey{mall, id}]; exists {
		return found
	}
	for _, o := range b.byID[id] {
		if mall == "" && o.PartnerID == partnerID {
			return o
		}
	}
	return nil
}

// of is the order that a mall was told about, else the one that it has sold, or nil.
func (b *book) of(mall, id string) *Order {
	if found, exists := b.byKey[orderKey{mall, id}]; exists {
		return found
	}
	for _, o := range b.byID[id] {
		if o.Seller() == mall {
			return o
		}
	}
	return nil
}

// findByLogKey looks for the order of a returning buyer.
func (b *book) findByLogKey(id, logKey string) *Order {
	for _, o := range b.byID[id] {
		if o.knows(logKey) {
			return o
		}
	}
	return b.of(defaultMall, id)
}

// copy returns a book that nobody changes any more.
func (b *book) copy() *book {
	copied := &book{Serial: b.Serial, Counts: b.Counts, Orders: make([]*Order, len(b.Orders))}
	for i, o := range b.Orders {
		one := o.copy()
		copied.Orders[i] = &one
	}
	return copied
}

func (o *Order) copy() Order {
	one := *o
	one.LogKeys, one.Refunds, one.Told = slices.Clone(o.LogKeys), slices.Clone(o.Refunds), slices.Clone(o.Told)
	return one
}

// hear keeps a message with the order it is about.
func (o *Order) hear(told Told) {
	o.Told = append(o.Told, told)
	if len(o.Told) > keptTold {
		o.Told = slices.Clone(o.Told[len(o.Told)-keptTold:])
	}
}

// Plays says whether an address leads to a mall, which in a browser's place is always this one.
func Plays(address *url.URL) bool { return mallOfHost(address.Host) != "" }

// mallOfHost is the mall id in a host such as demomall.cafe24shop.com, or nothing for other hosts.
func mallOfHost(host string) string {
	host, _, _ = strings.Cut(host, ":")
	for _, domain := range []string{".cafe24shop.com", ".cafe24.com"} {
		if mall, isMall := strings.CutSuffix(host, domain); isMall && !strings.Contains(mall, ".") {
			return mall
		}
	}
	return ""
}
