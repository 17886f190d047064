package redis_test

import (
	"sync"
	"testing"
	"time"

	"paybridge/adapters/redis"
	"paybridge/domain/fault"
)

// bound is what one question may take while Redis is in trouble: the guard's 50 ms, with much room for a
// machine that runs other tests, but less than the slow Redis takes.
const bound = time.Second

// patient is for tests of what is answered, and not of how fast.
var patient = redis.GuardOptions{ReadPatience: 10 * time.Second, WritePatience: 10 * time.Second}

// guarded is a view on a server of its own, behind a proxy, as the application uses it.
type guarded struct {
	*redis.Guarded
	server *server
	line   *proxy
}

func newGuarded(t *testing.T, o redis.GuardOptions) guarded {
	t.Helper()
	s := startServer(t)
	line := before(t, s)
	g := guarded{redis.Guard(newView(connect(t, line.url(), redis.Options{})), o), s, line}
	g.recovers(t)
	return g
}

// mustFailFast asks from many sides at once, and checks that all get Unavailable within the bound and
// that the view is left alone soon.
func (g guarded) mustFailFast(t *testing.T) {
	t.Helper()
	var callers sync.WaitGroup
	for range 32 {
		callers.Go(func() {
			for range 5 {
				asked := time.Now()
				if _, err := g.Get(t.Context(), "key"); !fault.Is(err, fault.Unavailable) {
					t.Errorf("got %v, want Unavailable", err)
				}
				if took := time.Since(asked); took > bound {
					t.Errorf("a question took %v", took)
				}
			}
		})
	}
	callers.Wait()
	await(t, "the view is left alone", func() bool {
		_, err := g.Get(t.Context(), "key")
		return fault.Of(err) != nil && fault.Of(err).Code == "status_view_suspended"
	})
}

// recovers waits until writes are taken and told again.
func (g guarded) recovers(t *testing.T) {
	t.Helper()
	await(t, "writes are taken", func() bool {
		stored, err := g.Put(t.Context(), paid("key"))
		return err == nil && stored
	})
	await(t, "what was written is told", func() bool {
		s, err := g.Get(t.Context(), "key")
		return err == nil && s.Paid
	})
}

func TestASlowRedisCostsLittleAndIsUsedAgainWhenItIsFast(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, redis.GuardOptions{})
	g.line.slow(2 * time.Second)
	g.mustFailFast(t)
	g.line.slow(0)
	g.recovers(t)
}

func TestAStoppedRedisCostsLittleAndIsUsedAgainWhenItIsBack(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, redis.GuardOptions{})
	g.server.stop()
	g.mustFailFast(t)
	g.server.start()
	g.recovers(t)
}

func TestARestartedRedisHasForgottenEverythingAndLearnsAnew(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, redis.GuardOptions{})
	g.server.stop()
	g.server.start()
	await(t, "it says that it knows nothing", func() bool {
		_, err := g.Get(t.Context(), "key")
		return fault.Is(err, fault.NotFound)
	})
	g.recovers(t)
}

func TestConnectionsThatWereCutAreMadeAnewWithinOneQuestion(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, patient)
	for range 10 {
		g.line.cut()
		mustTell(t, g, "key")
	}
}

func TestAnEmptiedRedisKnowsNothingUntilItIsTold(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, patient)
	g.server.do("FLUSHALL")
	_, err := g.Get(t.Context(), "key")
	wantFault(t, err, fault.NotFound, "")
	put(t, g, paid("key"))
	mustTell(t, g, "key")
}

func TestAFullRedisIsStillRead(t *testing.T) {
	t.Parallel()
	g := newGuarded(t, patient)
	g.server.do("CONFIG", "SET", "maxmemory", "1")
	for range 20 {
		_, err := g.Put(t.Context(), paid("key"))
		wantFault(t, err, fault.Unavailable, "")
		mustTell(t, g, "key")
	}
	g.server.do("CONFIG", "SET", "maxmemory", "0")
	g.recovers(t)
}

func TestAWrongPasswordIsAnOutage(t *testing.T) {
	t.Parallel()
	s := startServer(t, "--requirepass", "right")
	line := before(t, s)
	address := line.listener.Addr().String()
	_, err := newView(connect(t, "redis://:wrong@"+address, redis.Options{})).Get(t.Context(), "key")
	wantFault(t, err, fault.Unavailable, "status_view_down")
	put(t, newView(connect(t, "redis://:right@"+address, redis.Options{})), paid("key"))
}

func TestAViewThatAnswersNobodyDoesNotKeepTheProcessFromStarting(t *testing.T) {
	t.Parallel()
	port := freePorts(t, 1)[0]
	view := newView(connect(t, "redis://127.0.0.1:"+port, redis.Options{}))
	wantFault(t, view.Ping(t.Context()), fault.Unavailable, "status_view_down")
}
