package memory

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// Mood is how a mall meets a delivery. The zero value accepts.
type Mood uint8

// The moods of a mall.
const (
	Accepts Mood = iota
	Refuses      // it understood and says no: Declined
	Fails        // it got the notice and answers with an error: Unavailable
	Mumbles      // it got the notice, but nobody knows what it made of it: Indeterminate
	Away         // it never got the notice: Unavailable
)

// Delivery is a notice that reached the mall.
type Delivery struct {
	URL  string
	Body []byte
}

// Mall is a mall that keeps what it is told. It accepts everything until it is told otherwise,
// implements ports.Mall and is safe for concurrent use. Its notices are the fields as JSON, unsigned.
type Mall struct {
	mu       sync.Mutex
	usual    Mood
	next     []Mood
	received []Delivery
}

// Meet sets the mood for all deliveries that follow.
func (m *Mall) Meet(usual Mood) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.usual, m.next = usual, nil
}

// Next sets the moods for the next deliveries, one each, before the usual one returns.
func (m *Mall) Next(moods ...Mood) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next = append(m.next, moods...)
}

// Received returns what reached the mall, oldest first.
func (m *Mall) Received() []Delivery {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.received)
}

// AcceptURL implements ports.Mall for hosts of *.cafe24.com and the given domains.
func (m *Mall) AcceptURL(domains []string, raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", fault.InvalidField("url", "is no URL").Because(err)
	}
	known := strings.HasSuffix(u.Host, ".cafe24.com") || slices.Contains(domains, u.Host)
	if !known || u.Scheme != "https" || u.User != nil || !strings.HasPrefix(u.JoinPath().Path, "/Pay/Recv/") {
		return "", fault.InvalidField("url", "is none of this mall")
	}
	return raw, nil
}

// AcceptOwnURL implements ports.Mall for the mall's host at cafe24.com and the given ones.
func (m *Mall) AcceptOwnURL(mall merchant.MallID, hosts []string, raw string) (string, error) {
	if u, err := url.Parse(raw); err != nil || (u.Host != string(mall)+".cafe24.com" && !slices.Contains(hosts, u.Host)) {
		return "", fault.InvalidField("url", "is none of this mall").Because(err)
	}
	return m.AcceptURL(hosts, raw)
}

// ComposeRefundNotice implements ports.Mall.
func (m *Mall) ComposeRefundNotice(n ports.RefundNotice) ([]byte, error) {
	body, err := json.Marshal(n)
	return body, fault.Wrap(err, "compose notice of order %s", n.OrderNo)
}

// ComposePaymentNotice implements ports.Mall.
func (m *Mall) ComposePaymentNotice(n ports.PaymentNotice) ([]byte, error) {
	body, err := json.Marshal(n)
	return body, fault.Wrap(err, "compose notice of order %s", n.OrderNo)
}

// Deliver implements ports.Mall.
func (m *Mall) Deliver(ctx context.Context, target string, body []byte) error {
	if err := alive(ctx); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	mood := m.usual
	if len(m.next) > 0 {
		mood, m.next = m.next[0], m.next[1:]
	}
	if mood == Away {
		return fault.New(fault.Unavailable, "mall_away", "the mall cannot be reached")
	}
	m.received = append(m.received, Delivery{URL: target, Body: bytes.Clone(body)})
	return mood.answer()
}

// answer is what a delivery that arrived comes to.
func (m Mood) answer() error {
	switch m {
	case Accepts:
		return nil
	case Refuses:
		return fault.New(fault.Declined, "mall_refused", "the mall refused the notice")
	case Fails, Away:
		return fault.New(fault.Unavailable, "mall_failed", "the mall answered with an error")
	case Mumbles:
	}
	return fault.New(fault.Indeterminate, "mall_unclear", "the outcome of the delivery is unknown")
}

// AcceptWays implements ports.Storefront for the mall's own hosts.
func (m *Mall) AcceptWays(mall merchant.MallID, domains []string, notify, pages string) (string, string, error) {
	notify, err := m.AcceptOwnURL(mall, domains, strings.Replace(notify, "http://", "https://", 1))
	if err != nil {
		return "", "", err
	}
	u, err := url.Parse(strings.TrimSuffix(strings.Replace(pages, "http://", "https://", 1), "/"))
	if err != nil {
		return "", "", fault.InvalidField("url", "is no URL").Because(err)
	}
	_, err = m.AcceptOwnURL(mall, domains, u.Scheme+"://"+u.Host+"/Pay/Recv/x")
	return notify, u.String(), err
}
