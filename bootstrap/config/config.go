// Package config reads paybridge's configuration from the environment.
//
// All problems are found and reported at once, and no value of a secret is ever part of a message.
// An empty variable counts as unset; a secret NAME can also be given as NAME_FILE. What only a sandbox
// may relax is refused in production.
package config

import (
	"log/slog"
	"time"

	"paybridge/ports"
)

// Config is the whole configuration, validated.
type Config struct {
	Sandbox        bool
	Addr           string // public listener
	OpsAddr        string // operations listener
	PublicURL      string
	DatabaseURL    string
	RedisURL       string
	TrustedProxies []string
	Cafe24         Cafe24
	Outbound       Outbound
	DemoBaseURL    string       // empty: the company "demo" is not offered
	Keyset         ports.Secret // empty in the sandbox: one is made beside the database
	KeysetFile     string       // where the keyset came from, to read it again
	LogLevel       slog.Level
	ShutdownAfter  time.Duration // how long a shutdown may take before it gives up
	KeepBuyers     time.Duration // how long a buyer's name and address are kept after the order ended
	JobLease       time.Duration // how long a crashed instance's job waits until another takes it over
}

// Cafe24 is what Cafe24 Developers shows for the app.
type Cafe24 struct {
	ClientID             string
	ExtraClientIDs       []string
	ClientSecret         ports.Secret
	ServiceKey           ports.Secret
	WebhookKey           ports.Secret
	Scopes               []string
	APIVersion           string
	APIBaseURL           string   // template with {mall_id}
	AdminOrigins         []string // of the pages that may show the admin pages in a frame; templates with {mall_id}
	NotificationEncoding string   // json or form
	SampleCompat         bool     // additionally accept what the starting collection sends
	SourceRanges         []string
	CancelProof          string    // second or signature
	RemainCheck          string    // strict or limit
	ResultPages          [2]string // the shop's pages for a reserved order that was paid, and for one that was not
}

// Outbound limits where the service may send browsers and notices.
type Outbound struct {
	AllowedHosts []string
	AllowPrivate bool
	Routes       string
}
