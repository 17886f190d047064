package cafe24_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"paybridge/adapters/cafe24"
	"paybridge/adapters/memory"
	"paybridge/application/task"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

const (
	underway = `{"order":{"order_id":"20220519-0000029","items":[{"order_status":"C34"}],"refunds":[{"status":"F"}]}}`
	quiet    = `{"order":{"order_id":"20220519-0000029","items":[{"order_status":"N10"}],"cancellation":[],"refunds":[]}}`
)

var asked = order.Key{Mall: "demomall", Shop: 1, Number: "20220519-0000029"}

// platform plays Cafe24's OAuth and Admin API: refresh tokens are good once.
type platform struct {
	mu       sync.Mutex
	serial   int
	refuse   int    // what the next calls of the Admin API are answered with; 0: the order
	times    int    // how many of them
	refusal  string // ... and with which body
	header   string // of a refusal: seconds to wait
	token    int    // what token calls are answered with; 0: tokens
	order    string
	renewals []string // the refresh tokens that came
	codes    []string // the codes that came
	admin    []*http.Request

	tokenBody string // beside a status in token, of the answer to a code
	cut       func() // the browser is gone, once a code came
}

func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if strings.HasSuffix(r.URL.Path, "/oauth/token") {
		p.serveToken(w, r)
		return
	}
	p.admin = append(p.admin, r)
	switch {
	case p.times > 0:
		p.times--
		if p.header != "" {
			w.Header().Set("X-Cafe24-Call-Remain", p.header)
		}
		answer(w, p.refuse, cmp.Or(p.refusal, `{"error":{"code":1,"message":"no"}}`))
	case r.Header.Get("Authorization") != fmt.Sprint("Bearer access-", p.serial):
		answer(w, http.StatusUnauthorized, `{"error":{"code":401,"message":"token"}}`)
	default:
		answer(w, http.StatusOK, p.order)
	}
}

func (p *platform) serveToken(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if id != "mock_client_id" || secret != "client-secret" || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		answer(w, http.StatusUnauthorized, `{"error":"invalid_client"}`)
		return
	}
	if r.FormValue("grant_type") == "authorization_code" {
		p.serveCode(w, r)
		return
	}
	p.renewals = append(p.renewals, r.FormValue("refresh_token"))
	if p.token != 0 {
		answer(w, p.token, `{"error":"server_error"}`)
		return
	}
	if r.FormValue("refresh_token") != fmt.Sprint("refresh-", p.serial) {
		answer(w, http.StatusBadRequest, `{"error":"invalid_grant"}`)
		return
	}
	p.serial++
	answer(w, http.StatusOK, fmt.Sprintf(`{"access_token":"access-%d","refresh_token":"refresh-%d","mall_id":"demomall"}`, p.serial, p.serial))
}

type apiWorld struct {
	*platform
	clock  *fakeclock.Clock
	store  *memory.Store
	keys   *memory.Keyring
	server *httptest.Server
	api    *cafe24.API
}

func setupAPI(t *testing.T) *apiWorld {
	t.Helper()
	keys, err := memory.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	w := &apiWorld{platform: &platform{order: quiet}, keys: keys, clock: fakeclock.New(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))}
	w.store = memory.New(task.React, w.clock, memory.Options{})
	w.server = httptest.NewServer(w.platform)
	t.Cleanup(w.server.Close)
	w.api = w.instance(t)
	return w
}

// instance is one of several programs that share the store.
func (w *apiWorld) instance(t *testing.T) *cafe24.API {
	t.Helper()
	api, err := cafe24.NewAPI(cafe24.APIConfig{
		BaseURL: w.server.URL + "/malls/{mall_id}", Version: "2026-03-01", ClientID: "mock_client_id", ClientSecret: ports.NewSecret("client-secret"),
		RedirectURI: "https://pay.example.com/auth/token", Scopes: []string{"mall.read_store", "mall.read_order"},
		Mall: cafe24.Config{AllowPrivate: true},
	}, w.store.Tokens(), w.keys, w.clock)
	if err != nil {
		t.Fatal(err)
	}
	return api
}

func (w *apiWorld) install(t *testing.T, scopes ...string) {
	t.Helper()
	seal := func(text string) []byte {
		sealed, err := w.keys.Seal(t.Context(), "demomall", ports.NewSecret(text))
		if err != nil {
			t.Fatal(err)
		}
		return sealed
	}
	_, err := w.store.Tokens().Update(t.Context(), "demomall", func(tokens *merchant.Tokens) error {
		tokens.Granted(merchant.Grant{
			Access: seal("access-0"), AccessUntil: w.clock.Now().Add(2 * time.Hour),
			Refresh: seal("refresh-0"), RefreshUntil: w.clock.Now().Add(14 * 24 * time.Hour), Scopes: scopes,
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *apiWorld) vouches(t *testing.T, want order.Proof) {
	t.Helper()
	if got := w.api.Vouch(t.Context(), asked); got != want {
		t.Errorf("proof is %v, want %v", got, want)
	}
}

func (w *apiWorld) calls(t *testing.T, renewals, admin int) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.renewals) != renewals || len(w.admin) != admin {
		t.Errorf("%d renewals and %d calls, want %d and %d", len(w.renewals), len(w.admin), renewals, admin)
	}
}

func TestAnOrderThatIsBeingCancelledVouches(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.install(t, "mall.read_order")
	for _, line := range []string{"C00", "C10", "C34", "C36", "R00", "R36", "E10"} {
		w.order = strings.Replace(quiet, "N10", line, 1)
		w.vouches(t, order.Proven)
	}
	w.order = underway
	w.vouches(t, order.Proven)
	w.order = strings.Replace(quiet, `"cancellation":[]`, `"cancellation":[{"status":"canceling"}]`, 1)
	w.vouches(t, order.Proven)
	r := w.admin[0]
	if r.URL.Path != "/malls/demomall/api/v2/admin/orders/20220519-0000029" || r.URL.Query().Get("embed") != "items,cancellation,refunds" ||
		r.URL.Query().Get("shop_no") != "1" || r.Header.Get("X-Cafe24-Api-Version") != "2026-03-01" {
		t.Errorf("asked %s %v", r.URL, r.Header)
	}
}

func TestAnOrderThatIsNotBeingCancelledDisproves(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.install(t, "mall.read_order")
	for _, line := range []string{"N00", "N10", "N40", "C40", "R40"} {
		w.order = strings.Replace(quiet, "N10", line, 1)
		w.vouches(t, order.Disproven)
	}
	w.refuse, w.times = http.StatusNotFound, 1
	w.vouches(t, order.Disproven)
}

func TestAMallThatCannotBeAskedProvesNothing(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.vouches(t, order.Unprovable) // not installed
	w.install(t, "mall.read_store")
	w.vouches(t, order.Unprovable) // no scope
	w.calls(t, 0, 0)
	w.install(t, "mall.read_order")
	w.refuse, w.times = http.StatusInternalServerError, 1
	w.vouches(t, order.Unprovable)
	for _, text := range []string{`{"order":`, `{}`, strings.Replace(underway, "0000029", "0000030", 1)} {
		w.order = text
		w.vouches(t, order.Unprovable)
	}
	w.server.Close()
	w.vouches(t, order.Unprovable)
}

func TestATokenIsRenewedFiveMinutesEarlyAndTheRotatedOneIsKept(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.install(t, "mall.read_order")
	w.clock.Advance(115*time.Minute - time.Second)
	w.vouches(t, order.Disproven)
	w.calls(t, 0, 1)
	w.clock.Advance(time.Second)
	w.vouches(t, order.Disproven)
	w.calls(t, 1, 2)
	w.clock.Advance(2 * time.Hour)
	w.vouches(t, order.Disproven)
	if w.renewals[0] != "refresh-0" || w.renewals[1] != "refresh-1" {
		t.Errorf("renewed by %v", w.renewals)
	}
}

func TestARefusedTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.install(t, "mall.read_order")
	w.refuse, w.times = http.StatusUnauthorized, 2
	w.vouches(t, order.Unprovable)
	w.calls(t, 1, 2)
	w.vouches(t, order.Disproven)
	w.calls(t, 1, 3)
}

func TestManyInstancesRenewOnce(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.install(t, "mall.read_order")
	w.clock.Advance(119 * time.Minute) // stale
	w.order = underway
	var crowd sync.WaitGroup
	for range 20 {
		api := w.instance(t)
		crowd.Go(func() { api.Vouch(context.Background(), asked) })
	}
	done := make(chan struct{})
	go func() { crowd.Wait(); close(done) }()
	w.awaitRenewal(t)
	w.tick(done)
	if len(w.renewals) != 1 {
		t.Errorf("renewed %d times", len(w.renewals))
	}
	w.vouches(t, order.Proven)
}

// awaitRenewal returns once a renewal is stored. Until then the clock must stand still: the exchange takes
// real time, and a lease that ran out in made-up time would let somebody else renew too.
func (w *apiWorld) awaitRenewal(t *testing.T) {
	t.Helper()
	for t.Context().Err() == nil {
		tokens, err := w.store.Tokens().Get(t.Context(), "demomall")
		if err != nil {
			t.Fatal(err)
		}
		if s := tokens.Snapshot(); s.RefreshingUntil.IsZero() && !tokens.Stale(w.clock.Now()) {
			return
		}
		runtime.Gosched()
	}
}

// tick lets those who poll look again until done.
func (w *apiWorld) tick(done <-chan struct{}) {
	for {
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			select {
			case <-done:
				cancel()
			case <-ctx.Done():
			}
		}()
		err := w.clock.AwaitWaiters(ctx, 1)
		cancel()
		if err != nil {
			return
		}
		w.clock.Advance(100 * time.Millisecond)
	}
}

func TestARemovedAppIsRememberedAndNotAskedAgain(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.install(t, "mall.read_order")
	w.refuse, w.times = http.StatusForbidden, 1
	w.vouches(t, order.Unprovable)
	w.vouches(t, order.Unprovable)
	w.calls(t, 0, 1)

	w.install(t, "mall.read_order")
	w.serial = 7 // the refresh token is dead
	w.clock.Advance(2 * time.Hour)
	w.vouches(t, order.Unprovable)
	w.vouches(t, order.Unprovable)
	w.calls(t, 1, 1)
}

func TestAFailedRenewalLeavesTheOldTokenInUse(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.install(t, "mall.read_order")
	w.clock.Advance(116 * time.Minute)
	w.token = http.StatusInternalServerError
	w.vouches(t, order.Disproven)
	w.token = 0
	w.vouches(t, order.Disproven)
	w.calls(t, 2, 2)
}

func TestTheBudgetOfTokenRequestsIsNotExceeded(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.install(t, "mall.read_order")
	w.clock.Advance(116 * time.Minute)
	w.token = http.StatusInternalServerError
	for range 20 {
		w.vouches(t, order.Disproven)
	}
	w.calls(t, 15, 20)
}

func TestTooManyCallsAreWaitedOutOnce(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.install(t, "mall.read_order")
	w.refuse, w.times, w.header = http.StatusTooManyRequests, 1, "2"
	done := make(chan order.Proof)
	go func() { done <- w.api.Vouch(context.Background(), asked) }()
	if err := w.clock.AwaitWaiters(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(2 * time.Second)
	if got := <-done; got != order.Disproven {
		t.Errorf("proof is %v", got)
	}
	w.times, w.header = 1, "60" // longer than there is time
	w.vouches(t, order.Unprovable)
	w.calls(t, 0, 3)
}
