package redis

import (
	"crypto/tls"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"paybridge/domain/fault"
)

// address reads a REDIS_URL. The error is one Invalid fault that tells every problem, and nothing of
// what was written, because that holds a password.
//
//	redis://[user:password@]host[:6379][/database]
//	redis://[user:password@]host:port?addr=host2:port2&addr=host3:port3                  a cluster
//	redis://[user:password@]sentinel:26379[/database]?master_name=NAME[&addr=sentinel2:26379]
//	        [&sentinel_username=USER][&sentinel_password=PASSWORD]
//
// rediss:// is the same over TLS. One addr makes a cluster, be it the same host again.
func address(raw string) (*goredis.UniversalOptions, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return nil, invalid([]string{"it is no URL (a password with special characters has to be percent-encoded)"})
	}
	r := reader{url: u}
	if r.query, err = url.ParseQuery(u.RawQuery); err != nil {
		r.problem("what follows the ? cannot be read")
	}
	o := r.options()
	if len(r.problems) > 0 {
		return nil, invalid(r.problems)
	}
	return o, nil
}

func invalid(problems []string) error {
	return fault.InvalidField("REDIS_URL", strings.Join(problems, "; "))
}

// reader collects what is wrong with a URL while it is read.
type reader struct {
	url      *url.URL
	query    url.Values
	problems []string
}

func (r *reader) problem(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

func (r *reader) options() *goredis.UniversalOptions {
	o := &goredis.UniversalOptions{}
	switch r.url.Scheme {
	case "redis":
	case "rediss":
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	default:
		r.problem("it has to begin with redis:// or rediss://")
	}
	if r.url.User != nil {
		o.Username = r.url.User.Username()
		o.Password, _ = r.url.User.Password()
	}
	o.MasterName = r.parameter("master_name")
	o.SentinelUsername = r.parameter("sentinel_username")
	o.SentinelPassword = r.parameter("sentinel_password")
	o.Addrs = r.hosts(o.MasterName != "")
	o.IsClusterMode = o.MasterName == "" && len(r.query["addr"]) > 0
	o.DB = r.database(o.IsClusterMode)
	r.check(o)
	return o
}

// parameter returns the only value of a parameter, empty when there is none.
func (r *reader) parameter(name string) string {
	values := r.query[name]
	if len(values) > 1 {
		r.problem("%s is there more than once", name)
	}
	if len(values) > 0 && values[0] == "" {
		r.problem("%s is empty", name)
	}
	return r.query.Get(name)
}

// hosts returns where the servers, or their sentinels, are found.
func (r *reader) hosts(sentinels bool) []string {
	host, port := r.url.Hostname(), r.url.Port()
	if host == "" {
		r.problem("it names no host")
	}
	if port == "" {
		port = "6379"
		if sentinels {
			port = "26379"
		}
	}
	r.checkPort(port)
	all := []string{net.JoinHostPort(host, port)}
	for i, addr := range r.query["addr"] {
		host, port, err := net.SplitHostPort(addr)
		if err != nil || host == "" {
			r.problem("addr number %d is no host:port", i+1)
			continue
		}
		r.checkPort(port)
		if known := net.JoinHostPort(host, port); !slices.Contains(all, known) {
			all = append(all, known)
		}
	}
	return all
}

func (r *reader) checkPort(port string) {
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		r.problem("a port has to be a number from 1 to 65535")
	}
}

// database is the number behind the host. A cluster has only one.
func (r *reader) database(cluster bool) int {
	path := strings.Trim(r.url.Path, "/")
	if path == "" {
		return 0
	}
	n, err := strconv.ParseUint(path, 10, 16)
	if err != nil {
		r.problem("what follows the host has to be the number of a database")
	}
	if cluster && n != 0 {
		r.problem("a cluster has no database but 0")
	}
	return int(n)
}

// check looks for what cannot be meant.
func (r *reader) check(o *goredis.UniversalOptions) {
	known := []string{"addr", "master_name", "sentinel_username", "sentinel_password"}
	unknown := func(name string) bool { return !slices.Contains(known, name) }
	if slices.ContainsFunc(slices.Collect(maps.Keys(r.query)), unknown) { // unnamed: it may be half a password
		r.problem("it has a parameter that is none of %s", strings.Join(known, ", "))
	}
	if o.MasterName == "" && o.SentinelUsername+o.SentinelPassword != "" {
		r.problem("sentinel_username and sentinel_password need master_name")
	}
	if o.Username != "" && o.Password == "" {
		r.problem("it names a user but no password")
	}
	if r.url.Fragment != "" {
		r.problem("it has a # (in a password it has to be percent-encoded)")
	}
}
