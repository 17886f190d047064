package bootstrap

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/wire"

	"paybridge/adapters/cafe24"
	"paybridge/adapters/database"
	httpapi "paybridge/adapters/http"
	"paybridge/adapters/keyring"
	"paybridge/adapters/memory"
	"paybridge/adapters/system"
	"paybridge/adapters/telemetry"
	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/application/task"
	"paybridge/bootstrap/config"
	"paybridge/ports"
)

const (
	// flushBudget bounds the export of the last spans and metrics.
	flushBudget = 3 * time.Second
	// parkingLots is how many letters for unknown payments are kept at most.
	parkingLots = 10_000
)

// base is what every command of the binary needs: the store and the keys.
var base = wire.NewSet(
	provideTelemetry, wire.Bind(new(ports.Trace), new(*telemetry.Telemetry)),
	provideDatabase,
	provideClock, wire.Bind(new(ports.Clock), new(*database.Clock)),
	wire.Value(ports.React(task.React)),
	database.NewOrders, provideOrders,
	provideOutbox, wire.Bind(new(ports.Outbox), new(*database.Outbox)), wire.Bind(new(ports.Tasks), new(*database.Outbox)),
	provideInbox, wire.Bind(new(ports.Inbox), new(*database.Inbox)),
	provideMerchants, wire.Bind(new(ports.Merchants), new(*memory.RecentMerchants)),
	database.NewViews, wire.Bind(new(ports.Views), new(*database.Views)), wire.Bind(new(ports.Pulses), new(*database.Views)),
	keysOf, wire.Bind(new(ports.Keyring), new(*keyring.Keyring)), wire.Bind(new(ports.Keyset), new(*keyring.Keyring)),
	database.NewVault, wire.Bind(new(ports.Vault), new(*database.Vault)),
	wire.Struct(new(system.IDs)), wire.Bind(new(ports.IDs), new(system.IDs)),
	provideGateways, provideStatusView,
	database.NewProjections, wire.Bind(new(ports.Projections), new(*database.Projections)),
	database.NewAudit, wire.Bind(new(ports.Audit), new(*database.Audit)),
	database.NewTokens, wire.Bind(new(ports.Tokens), new(*database.Tokens)),
	database.NewLaunches, wire.Bind(new(ports.Launches), new(*database.Launches)),
	database.NewAnnouncements, wire.Bind(new(ports.Announcements), new(*database.Announcements)),
	database.NewSessions, wire.Bind(new(ports.Sessions), new(*database.Sessions)),
	provideSigner, provideMallConfig, cafe24.NewMall, wire.Bind(new(ports.Mall), new(*cafe24.Mall)),
	provideScript,
	provideLinks, wire.Bind(new(ports.Links), new(httpapi.Links)),
	handlers, external, provideCommands, provideQueries,
)

// handlers are the use cases themselves; commands.go decorates them.
var handlers = wire.NewSet(
	wire.Struct(new(command.Accounts), "*"),
	wire.Struct(new(command.Inquiry), "*"),
	wire.Struct(new(command.CreateCheckoutHandler), "*"),
	wire.Struct(new(command.ApprovePaymentHandler), "*"),
	wire.Struct(new(command.RecordPaymentResultHandler), "*"),
	wire.Struct(new(command.ReplayNotificationHandler), "*"),
	wire.Struct(new(command.ImportMerchantsHandler), "*"),
	wire.Struct(new(command.ReconcilePaymentHandler), "*"),
	wire.Struct(new(command.ReconcileHandler), "*"),
	wire.Struct(new(command.ReconcileFromCompanyHandler), "*"),
	wire.Struct(new(command.Resolver), "*"),
	wire.Struct(new(command.ResolvePaymentHandler), "*"),
	wire.Struct(new(command.ResolveRefundHandler), "*"),
	wire.Struct(new(command.Notices), "*"),
	wire.Struct(new(command.NotifyPaymentResultHandler), "*"),
	wire.Struct(new(command.NotifyRefundResultHandler), "*"),
	provideRefundRules, provideAPI, wire.Bind(new(ports.CancelProof), new(*cafe24.API)), wire.Bind(new(ports.Installation), new(*cafe24.API)), wire.Bind(new(ports.MallShops), new(*cafe24.API)),
	wire.Struct(new(command.RefundPaymentHandler), "*"),
	wire.Struct(new(command.ConfirmRefundAnswerHandler), "*"),
	wire.Struct(new(command.ConfirmStatusAnswerHandler), "*"),
	wire.Struct(new(command.RecordRefundResultHandler), "*"),
	wire.Struct(new(command.ReconcileRefundHandler), "*"),
	wire.Struct(new(command.RefundSurplusHandler), "*"),
	wire.Struct(new(command.ClosePaymentHandler), "*"),
	wire.Struct(new(command.ProjectStatusHandler), "*"),
	provideRebuild,
	wire.Struct(new(command.ChangeKeysetHandler), "*"),
	wire.Struct(new(command.ResealSecretsHandler), "*"),
	buttonScript, wire.Struct(new(command.RenewScriptsHandler), "*"),
	wire.Struct(new(query.KeysHandler), "*"),
	wire.Struct(new(query.CheckoutButtonHandler), "*"),
	provideReservationSigner, wire.Bind(new(ports.ReservationSigner), new(*cafe24.ReservationSigner)), provideSignReservation,
	wire.Struct(new(command.RefreshShopsHandler), "*"),
	wire.Struct(new(command.RecordAnnouncementHandler), "*"),
	wire.Struct(new(command.LaunchAppHandler), "*"),
	wire.Struct(new(command.InstallAppHandler), "*"),
	wire.Struct(new(command.ResumeSessionHandler), "*"),
	wire.Struct(new(command.LinkCredentialsHandler), "*"),
	wire.Struct(new(command.UnlinkCredentialsHandler), "*"),
	wire.Struct(new(command.SwitchShopHandler), "*"),
	wire.Bind(new(ports.ShopPayments), new(*cafe24.API)), wire.Bind(new(ports.ShopScripts), new(*cafe24.API)),
	wire.Struct(new(command.SecretEraser), "*"),
	wire.Struct(new(query.PanelHandler), "*"),
	wire.Struct(new(command.ChangeLanguageHandler), "*"),
	provideSettings,
)

func provideTelemetry(ctx context.Context, log *slog.Logger) (*telemetry.Telemetry, func(), error) {
	t, stop, err := telemetry.Start(ctx, telemetry.Config{Version: Version(), Logger: log})
	if err != nil {
		return nil, nil, err
	}
	return t, func() {
		flushing, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushBudget)
		defer cancel()
		if err := stop(flushing); err != nil {
			log.WarnContext(ctx, "telemetry was not flushed", "error", err)
		}
	}, nil
}

// provideDatabase takes telemetry, because the pools report to the meter provider that it sets.
func provideDatabase(ctx context.Context, c config.Config, o database.Options, log *slog.Logger, _ *telemetry.Telemetry) (*database.DB, func(), error) {
	db, err := database.Open(ctx, c.DatabaseURL, o)
	if err != nil {
		return nil, nil, err
	}
	return db, func() {
		if err := db.Close(); err != nil {
			log.WarnContext(ctx, "database was not closed", "error", err)
		}
	}, nil
}

func provideClock(ctx context.Context, db *database.DB) (*database.Clock, error) {
	return database.NewClock(ctx, db)
}

// provideOrders counts what ends, whoever finds it.
func provideOrders(stored *database.Orders, t *telemetry.Telemetry) ports.Orders {
	return t.Settled(stored)
}

// askRate is how many questions a second one company account is asked by all instances of their own accord.
// After an hour's outage with 10 000 open payments all are asked within two minutes.
const askRate = 100

func provideOutbox(db *database.DB, clock ports.Clock) *database.Outbox {
	return database.NewOutbox(db, clock).Paced(askRate)
}

// provideMerchants remembers merchants for a second: every checkout asks for one.
func provideMerchants(db *database.DB, clock ports.Clock, ids ports.IDs) *memory.RecentMerchants {
	return memory.NewRecentMerchants(database.NewMerchants(db, clock, ids))
}

func provideInbox(db *database.DB, clock ports.Clock) *database.Inbox {
	return database.NewInbox(db, clock, parkingLots)
}

func provideSigner(c config.Config) (*cafe24.Signer, error) {
	return cafe24.NewSigner(c.Cafe24.ServiceKey)
}

func provideReservationSigner(c config.Config, signer *cafe24.Signer) (*cafe24.ReservationSigner, error) {
	return cafe24.NewReservationSigner(signer, append([]string{c.Cafe24.ClientID}, c.Cafe24.ExtraClientIDs...)...)
}

func provideSignReservation(c config.Config, merchants ports.Merchants, signer ports.ReservationSigner, clock ports.Clock) query.SignReservationHandler {
	return query.SignReservationHandler{Merchants: merchants, Signer: signer, Clock: clock, AnyTime: c.Cafe24.SampleCompat}
}

func provideMallConfig(c config.Config, signer *cafe24.Signer) (cafe24.Config, error) {
	encoding, err := cafe24.ParseEncoding(c.Cafe24.NotificationEncoding)
	if err != nil {
		return cafe24.Config{}, err
	}
	hosts, err := cafe24.ParseHosts(c.Outbound.AllowedHosts)
	if err != nil {
		return cafe24.Config{}, err
	}
	routes, err := cafe24.ParseRoutes(c.Outbound.Routes)
	if err != nil {
		return cafe24.Config{}, err
	}
	return cafe24.Config{Signer: signer, Encoding: encoding, Hosts: hosts, Routes: routes, AllowPrivate: c.Outbound.AllowPrivate}, nil
}

func provideAPI(c config.Config, mall cafe24.Config, tokens ports.Tokens, keys ports.Keyring, clock ports.Clock) (*cafe24.API, error) {
	return cafe24.NewAPI(cafe24.APIConfig{
		BaseURL: c.Cafe24.APIBaseURL, Version: c.Cafe24.APIVersion, ClientID: c.Cafe24.ClientID, ClientSecret: c.Cafe24.ClientSecret, Mall: mall,
		RedirectURI: c.PublicURL + "/auth/token", Scopes: c.Cafe24.Scopes,
	}, tokens, keys, clock)
}

func provideSettings(
	c config.Config, accounts command.Accounts, tokens ports.Tokens, pulses ports.Pulses, shops ports.MallShops, clock ports.Clock,
) query.MerchantSettingsHandler {
	return query.MerchantSettingsHandler{
		Merchants: accounts.Merchants, Tokens: tokens, Pulses: pulses, MallShops: shops, Gateways: accounts.Gateways, Keyring: accounts.Keyring,
		Clock: clock, Scopes: c.Cafe24.Scopes,
	}
}

func provideRefundRules(c config.Config) command.RefundRules {
	return command.RefundRules{TrustSignature: c.Cafe24.CancelProof == "signature", AnyRemain: c.Cafe24.RemainCheck == "limit"}
}

func provideScript(c config.Config, links httpapi.Links) (*httpapi.Script, error) {
	return httpapi.NewScript(links, c.Cafe24.ClientID)
}

// buttonScript is what malls register for their shops.
func buttonScript(s *httpapi.Script) ports.Script { return s.Tag() }

func provideLinks(c config.Config) (httpapi.Links, error) { return httpapi.NewLinks(c.PublicURL) }
