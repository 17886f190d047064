package config

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"paybridge/ports"
)

// raw is the environment as it is, before it is judged.
type raw struct {
	Env            string   `env:"PAYBRIDGE_ENV" envDefault:"production"`
	Addr           string   `env:"PAYBRIDGE_ADDR" envDefault:":8000"`
	OpsAddr        string   `env:"PAYBRIDGE_OPS_ADDR" envDefault:"127.0.0.1:9000"`
	PublicURL      string   `env:"PAYBRIDGE_PUBLIC_URL"`
	TrustedProxies []string `env:"PAYBRIDGE_TRUSTED_PROXIES"`
	LogLevel       string   `env:"PAYBRIDGE_LOG_LEVEL" envDefault:"info"`
	ShutdownAfter  string   `env:"PAYBRIDGE_SHUTDOWN_TIMEOUT" envDefault:"15s"`
	KeepBuyers     string   `env:"PAYBRIDGE_KEEP_BUYERS" envDefault:"24h"`
	JobLease       string   `env:"PAYBRIDGE_JOB_LEASE" envDefault:"10s"`
	DatabaseURL    string   `env:"DATABASE_URL" envDefault:"sqlite:var/paybridge.db"`
	RedisURL       string   `env:"REDIS_URL"`
	DemoBaseURL    string   `env:"GATEWAY_DEMO_BASE_URL"`

	ClientID       string   `env:"CAFE24_CLIENT_ID"`
	ExtraClientIDs []string `env:"CAFE24_EXTRA_CLIENT_IDS"`
	Scopes         string   `env:"CAFE24_SCOPES" envDefault:"mall.read_application mall.write_application mall.read_store mall.write_store mall.read_order mall.write_order"`
	APIVersion     string   `env:"CAFE24_API_VERSION" envDefault:"2026-03-01"`
	APIBaseURL     string   `env:"CAFE24_API_BASE_URL" envDefault:"https://{mall_id}.cafe24api.com"`
	AdminOrigins   []string `env:"CAFE24_ADMIN_ORIGINS" envDefault:"https://{mall_id}.cafe24.com"`
	Encoding       string   `env:"CAFE24_NOTIFICATION_ENCODING" envDefault:"json"`
	Compat         string   `env:"CAFE24_COMPAT" envDefault:"strict"`
	SourceRanges   []string `env:"CAFE24_SOURCE_RANGES"`
	CancelProof    string   `env:"CAFE24_CANCEL_PROOF" envDefault:"second"`
	RemainCheck    string   `env:"CAFE24_REMAIN_CHECK" envDefault:"strict"`

	ResultPages []string `env:"CAFE24_RESULT_PAGES" envDefault:"pgsuccess,pg_fail"`

	AllowedHosts []string `env:"OUTBOUND_ALLOWED_HOSTS" envDefault:"*.cafe24.com,*.cafe24shop.com"`
	AllowPrivate bool     `env:"OUTBOUND_ALLOW_PRIVATE" envDefault:"false"`
	Routes       string   `env:"OUTBOUND_ROUTES"`
}

// Load reads and judges an environment, given as "NAME=value" lines like os.Environ gives them. The
// error joins all problems, one line each.
func Load(environ []string) (Config, error) {
	vars := make(map[string]string, len(environ))
	for _, line := range environ {
		if name, value, _ := strings.Cut(line, "="); value != "" {
			vars[name] = value
		}
	}
	l := loader{vars: vars}
	var r raw
	if err := env.ParseWithOptions(&r, env.Options{Environment: vars}); err != nil {
		l.problem("%s", strings.TrimPrefix(err.Error(), "env: "))
	}
	c := l.config(r)
	l.judge(r, c)
	return c, errors.Join(l.problems...)
}

type loader struct {
	vars     map[string]string
	problems []error
}

func (l *loader) problem(format string, args ...any) {
	l.problems = append(l.problems, fmt.Errorf(format, args...))
}

func (l *loader) config(r raw) Config {
	c := Config{
		Sandbox: r.Env == "sandbox", Addr: r.Addr, OpsAddr: r.OpsAddr, PublicURL: strings.TrimSuffix(r.PublicURL, "/"),
		DatabaseURL: r.DatabaseURL, RedisURL: r.RedisURL, TrustedProxies: r.TrustedProxies, DemoBaseURL: r.DemoBaseURL,
		KeysetFile: l.vars["ENCRYPTION_KEYSET_FILE"],
		Cafe24: Cafe24{
			ClientID: l.required("CAFE24_CLIENT_ID").Reveal(), ExtraClientIDs: r.ExtraClientIDs,
			ClientSecret: l.required("CAFE24_CLIENT_SECRET"), ServiceKey: l.required("CAFE24_SERVICE_KEY"), WebhookKey: l.required("CAFE24_WEBHOOK_KEY"),
			Scopes: strings.Fields(r.Scopes), APIVersion: r.APIVersion, APIBaseURL: r.APIBaseURL, AdminOrigins: r.AdminOrigins, NotificationEncoding: r.Encoding,
			SampleCompat: r.Compat == "sample", SourceRanges: r.SourceRanges, CancelProof: r.CancelProof, RemainCheck: r.RemainCheck,
		},
		Outbound: Outbound{AllowedHosts: r.AllowedHosts, AllowPrivate: r.AllowPrivate, Routes: r.Routes},
	}
	c.Cafe24.ResultPages = l.resultPages(r.ResultPages)
	c.Keyset = l.secret("ENCRYPTION_KEYSET")
	if c.Keyset.Reveal() == "" && !c.Sandbox {
		l.problem("ENCRYPTION_KEYSET (or ENCRYPTION_KEYSET_FILE) is missing: make one with `paybridge keys new`")
	}
	if err := c.LogLevel.UnmarshalText([]byte(r.LogLevel)); err != nil {
		l.problem("PAYBRIDGE_LOG_LEVEL must be debug, info, warn or error")
		c.LogLevel = slog.LevelInfo
	}
	c.ShutdownAfter = l.duration("PAYBRIDGE_SHUTDOWN_TIMEOUT", r.ShutdownAfter, 10*time.Minute)
	c.KeepBuyers = l.duration("PAYBRIDGE_KEEP_BUYERS", r.KeepBuyers, 30*24*time.Hour)
	c.JobLease = l.duration("PAYBRIDGE_JOB_LEASE", r.JobLease, 10*time.Second)
	return c
}

var pageName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (l *loader) resultPages(names []string) [2]string {
	if len(names) != 2 || !pageName.MatchString(names[0]) || !pageName.MatchString(names[1]) {
		l.problem("CAFE24_RESULT_PAGES must be two names such as pgsuccess,pg_fail")
		return [2]string{}
	}
	return [2]string(names)
}

func (l *loader) duration(name, text string, most time.Duration) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > most {
		l.problem("%s must be a duration such as 5s, at most %s", name, most)
	}
	return d
}

// secret reads NAME, or the file that NAME_FILE names. Surrounding blanks of a file are no part of it.
func (l *loader) secret(name string) ports.Secret {
	path := l.vars[name+"_FILE"]
	switch {
	case path == "":
		return ports.NewSecret(l.vars[name])
	case l.vars[name] != "":
		l.problem("%s and %s_FILE are both set: keep one", name, name)
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		l.problem("%s_FILE cannot be read: %v", name, err)
	}
	return ports.NewSecret(strings.TrimSpace(string(content)))
}

func (l *loader) required(name string) ports.Secret {
	before := len(l.problems)
	s := l.secret(name)
	if s.Reveal() == "" && len(l.problems) == before {
		l.problem("%s is missing (see Cafe24 Developers, basic information of the app)", name)
	}
	return s
}
