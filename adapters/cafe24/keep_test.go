package cafe24_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"paybridge/adapters/cafe24"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/ports"
)

// shaky are tokens whose store is away after the first update, for some updates; some of them were stored
// all the same.
type shaky struct {
	ports.Tokens

	mu       sync.Mutex
	updates  int
	away     int
	doubtful bool
}

func (s *shaky) Update(ctx context.Context, mall merchant.MallID, change func(*merchant.Tokens) error) (*merchant.Tokens, error) {
	s.mu.Lock()
	s.updates++
	fails := s.updates > 1 && s.updates <= 1+s.away
	s.mu.Unlock()
	switch {
	case fails && s.doubtful:
		_, _ = s.Tokens.Update(ctx, mall, change)
		return nil, fault.New(fault.Indeterminate, "database_doubt", "the answer was lost")
	case fails:
		return nil, fault.New(fault.Unavailable, "database_down", "the database is away")
	}
	return s.Tokens.Update(ctx, mall, change)
}

// overShaky replaces the API by one over shaky tokens.
func (w *apiWorld) overShaky(t *testing.T, tokens *shaky) {
	t.Helper()
	tokens.Tokens = w.store.Tokens()
	api, err := cafe24.NewAPI(cafe24.APIConfig{
		BaseURL: w.server.URL + "/malls/{mall_id}", Version: "2026-03-01", ClientID: "mock_client_id", ClientSecret: ports.NewSecret("client-secret"),
		RedirectURI: "https://pay.example.com/auth/token", Scopes: []string{"mall.read_order"}, Mall: cafe24.Config{AllowPrivate: true},
	}, tokens, w.keys, w.clock)
	if err != nil {
		t.Fatal(err)
	}
	w.api = api
}

// whileWaiting runs act and lets time go on whenever somebody waits for it.
func (w *apiWorld) whileWaiting(t *testing.T, act func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		act()
	}()
	for w.clock.AwaitWaiters(ctx, 1) == nil {
		w.clock.Advance(250 * time.Millisecond)
	}
	<-ctx.Done()
}

func TestARotatedTokenSurvivesAStoreThatIsAwayForAMoment(t *testing.T) {
	t.Parallel()
	for name, doubtful := range map[string]bool{"surely not stored": false, "perhaps stored": true} {
		w := setupAPI(t)
		w.install(t, "mall.read_order")
		w.overShaky(t, &shaky{away: 5, doubtful: doubtful})
		w.clock.Advance(2 * time.Hour)
		w.whileWaiting(t, func() { w.vouches(t, order.Disproven) })
		if s := w.stored(t); !s.RevokedAt.IsZero() || !s.RefreshingUntil.IsZero() {
			t.Errorf("%s: %+v", name, s)
		}
		w.calls(t, 1, 1)
		w.clock.Advance(2 * time.Hour)
		w.vouches(t, order.Disproven) // the rotated one is good
	}
}

func TestACodeIsNotLostWhileTheStoreIsAwayForAMoment(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.overShaky(t, &shaky{away: 3})
	w.whileWaiting(t, func() {
		if _, err := w.api.Install(t.Context(), "demomall", "good"); err != nil {
			t.Error(err)
		}
	})
	w.vouches(t, order.Disproven)
}

func TestNobodyWaitsForAStoreThatStaysAway(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.overShaky(t, &shaky{away: 1 << 30})
	began := w.clock.Now()
	w.whileWaiting(t, func() {
		_, err := w.api.Install(t.Context(), "demomall", "good")
		wantCode(t, err, fault.Unavailable, "database_down")
	})
	if waited := w.clock.Now().Sub(began); waited > 21*time.Second {
		t.Errorf("waited %s", waited)
	}
}

func TestAMissingScopeIsNotTakenForARemovedApp(t *testing.T) {
	t.Parallel()
	w := setupAPI(t)
	w.install(t, "mall.read_order")
	w.refuse, w.times, w.refusal = http.StatusForbidden, 1, `{"error":{"code":403,"message":"Insufficient_Scope: mall.read_order"}}`
	w.vouches(t, order.Unprovable)
	if s := w.stored(t); !s.RevokedAt.IsZero() {
		t.Error("the access was taken for withdrawn")
	}
	w.vouches(t, order.Disproven)
	w.times, w.refusal = 1, `{"error":{"code":403,"message":"the app is not installed in this mall"}}`
	w.vouches(t, order.Unprovable)
	if s := w.stored(t); s.RevokedAt.IsZero() {
		t.Error("the removal was not noticed")
	}
}
