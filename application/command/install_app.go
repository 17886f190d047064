package command

import (
	"context"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/session"
	"paybridge/ports"
)

// InstallApp is a browser that comes back from a mall's consent page.
type InstallApp struct {
	State   string
	Browser string // the secret that the browser holds
	Code    string // what access to the mall is exchanged for; empty when the mall gave none
	Refusal string // why, in Cafe24's word
}

// Installed is the session that begins.
type Installed struct {
	session.Session

	Secret string // the id, for the browser alone
}

// InstallAppHandler takes the access that a mall gives, and lets its operator in. Forbidden "unknown_state"
// when this browser has not begun that launch, or has come back already; Forbidden "consent_refused" when
// the mall gave no code; else what Installation says.
type InstallAppHandler struct {
	Launches     ports.Launches
	Installation ports.Installation
	Tokens       ports.Tokens
	Merchants    ports.Merchants
	Sessions     ports.Sessions
	Audit        ports.Audit
	Shops        RefreshShopsHandler
	IDs          ports.IDs
	Clock        ports.Clock
}

// Handle implements ports.Handler. What a merchant has already stays: credentials, shops, partner ids. The
// state is used up before anything else, so that nothing can be tried twice with it. Once the code is
// exchanged, the browser's end stops nothing.
func (h InstallAppHandler) Handle(ctx context.Context, in InstallApp) (Installed, error) {
	now := h.Clock.Now()
	launch, err := h.Launches.Take(ctx, session.FingerprintOf(in.State), session.FingerprintOf(in.Browser), now)
	switch {
	case fault.Is(err, fault.NotFound):
		return Installed{}, fault.New(fault.Forbidden, "unknown_state", "this sign-in was not begun in this browser, or it has been used, or it took too long").Because(err)
	case err != nil:
		return Installed{}, err
	case in.Code == "":
		return Installed{}, refusedConsent(in.Refusal)
	}
	before, err := h.Tokens.Get(ctx, launch.Mall)
	if err != nil {
		return Installed{}, err
	}
	if _, err := h.Installation.Install(ctx, launch.Mall, in.Code); err != nil {
		return Installed{}, err
	}
	ctx = context.WithoutCancel(ctx)
	if err := h.welcome(ctx, launch.Mall); err != nil {
		return Installed{}, err
	}
	deed := ports.AppOpened
	if !before.Standing() {
		deed = ports.AppInstalled
	}
	err = h.Audit.Record(ctx, ports.AuditEntry{Mall: launch.Mall, Who: launch.UserID, Deed: deed, At: now})
	if err != nil {
		return Installed{}, err
	}
	secret := h.IDs.NewID()
	begun := session.New(launch.Operator, secret, now)
	return Installed{Session: begun, Secret: secret}, h.Sessions.Start(ctx, begun)
}

// welcome makes the mall a merchant, whose subscription runs if it ever ran out. Its shops are read as well as
// possible: a mall that did not let us is one all the same.
func (h InstallAppHandler) welcome(ctx context.Context, mall merchant.MallID) error {
	_, err := h.Merchants.Update(ctx, mall, func(m *merchant.Merchant) error {
		m.Resume(merchant.AppExpired)
		return nil
	})
	if err == nil {
		_ = h.Shops.Refresh(ctx, mall)
	}
	return err
}

// refusedConsent says what the owner of the mall can do about it.
func refusedConsent(refusal string) error {
	switch refusal {
	case "access_denied":
		return fault.New(fault.Forbidden, "consent_refused", "the mall gave no access: its main operator has to agree")
	case "invalid_scope":
		return fault.New(fault.Forbidden, "consent_scopes", "the app asks for rights that are not ticked for it in Cafe24 Developers")
	}
	return fault.New(fault.Forbidden, "consent_failed", "Cafe24 could not ask for access to the mall")
}
