package redis_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"paybridge/adapters/redis"
	"paybridge/domain/fault"
	"paybridge/ports"
)

// startOnPort starts a Redis that listens on a port too, as members of a cluster and Sentinels must.
func startOnPort(t *testing.T, port string, args ...string) *server {
	t.Helper()
	return startServer(t, append([]string{"--port", port, "--bind", "127.0.0.1"}, args...)...)
}

// startCluster starts three servers that share the keys, and returns their REDIS_URL.
func startCluster(t *testing.T) string {
	t.Helper()
	own := freePorts(t, 6)
	var servers []*server
	for i, slots := range []string{"0 5460", "5461 10922", "10923 16383"} {
		s := startOnPort(t, own[2*i], "--cluster-enabled", "yes", "--cluster-port", own[2*i+1], "--cluster-node-timeout", "2000")
		s.do(append([]any{"CLUSTER", "ADDSLOTSRANGE"}, words(slots)...)...)
		s.do("CLUSTER", "SET-CONFIG-EPOCH", i+1)
		servers = append(servers, s)
	}
	for i, s := range servers {
		next := (i + 1) % len(servers)
		s.do("CLUSTER", "MEET", "127.0.0.1", own[2*next], own[2*next+1])
	}
	for _, s := range servers {
		await(t, "the cluster is whole", func() bool {
			info := s.ask("CLUSTER", "INFO")
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3")
		})
	}
	return fmt.Sprintf("redis://127.0.0.1:%s?addr=127.0.0.1:%s", own[0], own[2])
}

func words(text string) (all []any) {
	for _, word := range strings.Fields(text) {
		all = append(all, word)
	}
	return all
}

func TestAClusterIsReadWrittenAndSweptAsOneView(t *testing.T) {
	t.Parallel()
	w, options := watch()
	options.Logger = nil
	client := connect(t, startCluster(t), options)
	view := newView(client)
	const n = 300
	for i := range n {
		put(t, view, paid(ports.StatusKey(strconv.Itoa(i))))
	}
	err := client.(*goredis.ClusterClient).ForEachMaster(t.Context(), func(ctx context.Context, server *goredis.Client) error {
		if share := server.DBSize(ctx).Val(); share < n/10 {
			t.Errorf("%s holds %d of %d", server.Options().Addr, share, n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		mustTell(t, view, ports.StatusKey(strconv.Itoa(i)))
	}
	if pruned, err := view.Prune(t.Context(), all); pruned != n || err != nil {
		t.Errorf("pruned %d, %v", pruned, err)
	}
	_, err = view.Get(t.Context(), "1")
	wantFault(t, err, fault.NotFound, "")
	w.mustBeDiscreet(t, "test:")
}

func TestBehindSentinelsTheMasterIsFoundAndFollowed(t *testing.T) {
	t.Parallel()
	own := freePorts(t, 3)
	master := startOnPort(t, own[0])
	replica := startOnPort(t, own[1], "--replicaof", "127.0.0.1 "+own[0], "--repl-diskless-sync-delay", "0")
	sentinel := startSentinel(t, own[2], own[0])
	await(t, "the sentinel knows the replica", func() bool {
		return strings.Contains(sentinel.ask("INFO", "sentinel"), "slaves=1")
	})
	view := redis.Guard(newView(connect(t, "redis://127.0.0.1:"+own[2]+"?master_name=paybridge", redis.Options{})), patient)
	put(t, view, paid("key"))
	await(t, "the replica has a copy", func() bool { return replica.ask("DBSIZE") == "1" })
	master.stop()
	await(t, "the replica has taken over", func() bool {
		later := paid("key")
		later.Version = 4
		stored, err := view.Put(t.Context(), later)
		return err == nil && stored
	})
	mustTell(t, view, "key")
}

// startSentinel starts one that watches the server on a port and fails over on its own.
func startSentinel(t *testing.T, port, master string) *server {
	t.Helper()
	config := filepath.Join(t.TempDir(), "sentinel.conf") // it is rewritten by the sentinel
	script := "sentinel monitor paybridge 127.0.0.1 " + master + " 1\nsentinel down-after-milliseconds paybridge 500\n" +
		"sentinel failover-timeout paybridge 2000\n"
	if err := os.WriteFile(config, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	return launch(t, []string{config, "--sentinel"}, "--port", port, "--bind", "127.0.0.1")
}

func TestRedissIsSpokenOverTLSWithTheGivenRoots(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	site := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(site.Close)
	plain, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed by the proxy
	if err != nil {
		t.Fatal(err)
	}
	relay(t, tls.NewListener(plain, &tls.Config{Certificates: site.TLS.Certificates, MinVersion: tls.VersionTLS12}), s)
	roots := x509.NewCertPool()
	roots.AddCert(site.Certificate())
	url := "rediss://" + plain.Addr().String()
	put(t, newView(connect(t, url, redis.Options{TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}})), paid("key"))
	_, err = newView(connect(t, url, redis.Options{})).Get(t.Context(), "key")
	wantFault(t, err, fault.Unavailable, "status_view_down")
	if !strings.Contains(err.Error(), "certificate") {
		t.Errorf("the cause is lost: %v", err)
	}
}
