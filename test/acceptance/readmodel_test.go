package acceptance_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"paybridge/test/rig"
)

// projected waits until the read model shows the newest version of the only order: nobody is about to
// write it by himself any more.
func projected(t *testing.T, s *rig.System, redis *rig.Redis) {
	t.Helper()
	s.Eventually(soon, "the read model is up to date", func() bool {
		var events []struct{ Event string }
		if err := json.Unmarshal([]byte(s.Command("payments", "show", number, "--json")), &events); err != nil {
			t.Fatal(err)
		}
		keys, _ := redis.Do("KEYS", "*").([]any)
		if len(keys) != 1 {
			return false
		}
		stored, _ := redis.Do("GET", keys[0]).(string)
		return strings.HasPrefix(stored, fmt.Sprintf("%019d", len(events))) && events[len(events)-1].Event == "mall_told"
	})
}

func TestAnEmptiedReadModelIsRebuiltWhileTheServiceRuns(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			redis := rig.StartRedis(t)
			rebuilds(t, redis, rig.Start(t, rig.Options{Postgres: database == "postgres", Env: []string{"REDIS_URL=" + redis.URL()}}))
		})
	}
}

// rebuilds pays an order, empties its read model, and has it filled again.
func rebuilds(t *testing.T, redis *rig.Redis, s *rig.System) {
	t.Helper()
	s.Post(syncCheckoutPath, verbatim(t, "sync_checkout"))
	if err := s.Company.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	question := `{"key":"` + returnKey(t, s) + `"}`
	if a := s.Post(statusPath, question); a.Field("result_code") != "0000" || s.PaidAnswers("view") != 1 {
		t.Fatalf("before: %s\n%s", a.Body, s.Metrics())
	}
	projected(t, s, redis)
	redis.Do("FLUSHALL")
	if said := s.Command("readmodel", "rebuild", "--prune"); !strings.Contains(said, "1 written, 0 expired, 0 newer there already, 0 removed") {
		t.Errorf("rebuild: %s", said)
	}
	a := s.Post(statusPath, question)
	if a.Field("result_code") != "0000" || a.Field("hash_data") != paidSum {
		t.Errorf("after: %s", a.Body)
	}
	if view, database := s.PaidAnswers("view"), s.PaidAnswers("database"); view != 2 || database != 0 {
		t.Errorf("answered by the view %d times, by the database %d times", view, database)
	}
}

func TestARebuildOfARedisThatIsAwayFailsAndSaysSoOnce(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	said, err := s.TryWith([]string{"REDIS_URL=redis://127.0.0.1:1"}, "readmodel", "rebuild")
	if err == nil || strings.Count(said, "\n") != 2 || !strings.HasPrefix(said, "paybridge: the read model is not available") {
		t.Errorf("%v\n%s", err, said)
	}
}

func TestWithoutRedisARebuildSaysThatThereIsNothingToDo(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	if said := s.Command("readmodel", "rebuild"); !strings.HasPrefix(said, "there is nothing to rebuild") {
		t.Errorf("rebuild: %s", said)
	}
}

// TestNothingAboutTheBuyerIsInRedis looks for every word about the buyer of the verbatim request in
// everything that Redis holds.
func TestNothingAboutTheBuyerIsInRedis(t *testing.T) {
	t.Parallel()
	redis := rig.StartRedis(t)
	s := rig.Start(t, rig.Options{Postgres: true, Env: []string{"REDIS_URL=" + redis.URL()}})
	s.Post(syncCheckoutPath, verbatim(t, "sync_checkout"))
	if err := s.Company.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	key := returnKey(t, s)
	keys, _ := redis.Do("KEYS", "*").([]any)
	if len(keys) != 1 {
		t.Fatalf("Redis holds %v", keys)
	}
	stored, _ := redis.Do("GET", keys[0]).(string)
	if !strings.Contains(stored, number) {
		t.Fatalf("Redis holds %q", stored)
	}
	var request map[string]any
	if err := json.Unmarshal([]byte(verbatim(t, "sync_checkout")), &request); err != nil {
		t.Fatal(err)
	}
	words := []string{key, rig.ServiceKey, "demo-app-secret-key"}
	for _, name := range []string{
		"end_user_ip", "buyer_id", "buyer_name", "buyer_phone", "buyer_addr", "buyer_email", "receiver_name", "receiver_phone", "receiver_addr",
		"goods_name", "user_agent", "ship_state", "ship_city", "ship_address", "ship_address2",
	} {
		word, _ := request[name].(string)
		if word == "" {
			t.Fatalf("the request has no %s", name)
		}
		words = append(words, word)
	}
	for _, word := range words {
		if strings.Contains(fmt.Sprint(keys[0])+stored, word) {
			t.Errorf("Redis holds %q: %q", word, stored)
		}
	}
}
