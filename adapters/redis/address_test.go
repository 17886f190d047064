package redis_test

import (
	"slices"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"paybridge/adapters/redis"
	"paybridge/domain/fault"
)

func TestAURLNamesOneServer(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]goredis.Options{
		"redis://localhost":                      {Addr: "localhost:6379"},
		" redis://localhost:7000/ ":              {Addr: "localhost:7000"},
		"redis://[::1]":                          {Addr: "[::1]:6379"},
		"redis://:p%40ss%2Fword@cache.local/15":  {Addr: "cache.local:6379", Password: "p@ss/word", DB: 15},
		"redis://paybridge:word@10.0.0.1:6380/1": {Addr: "10.0.0.1:6380", Username: "paybridge", Password: "word", DB: 1},
	} {
		client, ok := connect(t, url, redis.Options{}).(*goredis.Client)
		if !ok {
			t.Errorf("%s is not one server", url)
			continue
		}
		got := client.Options()
		if got.Addr != want.Addr || got.Username != want.Username || got.Password != want.Password || got.DB != want.DB || got.TLSConfig != nil {
			t.Errorf("%s: %+v", url, got)
		}
	}
}

func TestAURLWithAddrNamesACluster(t *testing.T) {
	t.Parallel()
	for url, want := range map[string][]string{
		"redis://u:word@a:7000?addr=b:7001&addr=c:7002": {"a:7000", "b:7001", "c:7002"},
		"redis://u:word@a:7000/0?addr=a:7000":           {"a:7000"},
		"rediss://u:word@a?addr=[::1]:7001":             {"a:6379", "[::1]:7001"},
	} {
		client, ok := connect(t, url, redis.Options{}).(*goredis.ClusterClient)
		if !ok {
			t.Errorf("%s is no cluster", url)
			continue
		}
		got := client.Options()
		if !slices.Equal(got.Addrs, want) || got.Username != "u" || got.Password != "word" || (got.TLSConfig != nil) != strings.HasPrefix(url, "rediss") {
			t.Errorf("%s: %+v", url, got)
		}
	}
}

func TestEveryProblemOfAURLIsToldAndNothingOfItIsQuoted(t *testing.T) {
	t.Parallel()
	for url, problems := range map[string][]string{
		"":                                              {"begin with redis://", "names no host"},
		"localhost:6379":                                {"begin with redis://", "names no host"},
		"redis://":                                      {"names no host"},
		"http://canary@localhost":                       {"begin with redis://", "names a user but no password"},
		"redis://u:canary/x@localhost":                  {"no URL"},
		"redis://u:canary%zz@localhost":                 {"no URL"},
		"redis://u:12#canary@localhost":                 {"has a #", "no user"},
		"redis://localhost:0":                           {"a port has to be"},
		"redis://localhost:70000":                       {"a port has to be"},
		"redis://localhost/canary":                      {"number of a database"},
		"redis://localhost/1/2":                         {"number of a database"},
		"redis://localhost/-1":                          {"number of a database"},
		"redis://localhost?canary=1":                    {"none of addr, master_name"},
		"redis://localhost?%zz":                         {"cannot be read"},
		"redis://localhost?addr=canary":                 {"addr number 1 is no host:port"},
		"redis://localhost?addr=a:1&addr=:2":            {"addr number 2 is no host:port"},
		"redis://localhost?addr=a:canary":               {"a port has to be"},
		"redis://localhost/3?addr=a:1":                  {"a cluster has no database but 0"},
		"redis://localhost?master_name=":                {"master_name is empty"},
		"redis://localhost?master_name=a&master_name=b": {"master_name is there more than once"},
		"redis://localhost?sentinel_password=canary":    {"need master_name"},
		"http://canary@:0/x/y?addr=canary&canary=canary&sentinel_username=canary#canary": {
			"begin with redis://", "names no host", "a port has to be", "addr number 1", "number of a database", "none of addr",
			"need master_name", "names a user but no password", "has a #",
		},
	} {
		client, err := redis.Open(url, redis.Options{})
		if client != nil {
			t.Errorf("%s was opened", url)
		}
		wantFault(t, err, fault.Invalid, "")
		for _, problem := range problems {
			if problem != "no user" && !strings.Contains(err.Error(), problem) {
				t.Errorf("%s: %q is not told: %v", url, problem, err)
			}
		}
		if strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), "REDIS_URL") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
