package acceptance_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"paybridge/test/rig"
)

// readiness is what the operations listener says about the service.
func readiness(t *testing.T, s *rig.System) (code int, status string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.OpsURL+"/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.Client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var said struct{ Status string }
	if body, err := io.ReadAll(response.Body); err != nil || json.Unmarshal(body, &said) != nil {
		t.Fatalf("%s %v", body, err)
	}
	return response.StatusCode, said.Status
}

func TestTheServiceIsReadyWithoutRedisAndNotWithoutItsSchema(t *testing.T) {
	t.Parallel()
	redis := rig.StartRedis(t)
	s := rig.Start(t, rig.Options{Postgres: true, Env: []string{"REDIS_URL=" + redis.URL()}})
	for _, step := range []struct {
		what   string
		happen func()
		code   int
		status string
	}{
		{"everything is there", func() {}, http.StatusOK, "ready"},
		{"Redis is gone", redis.Stop, http.StatusOK, "degraded"},
		{"Redis is back", redis.Start, http.StatusOK, "ready"},
		{"a migration is missing", func() { s.Command("migrate", "down") }, http.StatusServiceUnavailable, "unready"},
		{"it was applied", func() { s.Command("migrate", "up") }, http.StatusOK, "ready"},
	} {
		step.happen()
		s.Eventually(soon, step.what, func() bool {
			code, status := readiness(t, s)
			return code == step.code && status == step.status
		})
	}
}
