package command

import (
	"context"

	"paybridge/domain/merchant"
	"paybridge/domain/session"
	"paybridge/ports"
)

// LaunchApp is somebody who opens the app from a mall's admin.
type LaunchApp struct {
	session.Operator

	Browser string // the secret that the browser holds already; empty: none
	Session string // the session that it holds already; empty: none
}

// Consent is where the browser goes next, and the secret that it has to hold meanwhile. Without a URL the
// session that it holds goes on.
type Consent struct {
	URL     string
	Browser string
	Mall    merchant.MallID
}

// LaunchAppHandler sends people over the mall's consent page, also where the app is installed: only Cafe24
// can tell who is signed in there, and a link that somebody copied must not be a key. Whoever is signed in
// already, as the very person that is launched, goes on: each consent costs one of the few token requests
// that Cafe24 allows a mall.
type LaunchAppHandler struct {
	Sessions     ResumeSessionHandler
	Tokens       ports.Tokens
	Launches     ports.Launches
	Installation ports.Installation
	IDs          ports.IDs
	Clock        ports.Clock
}

// Handle implements ports.Handler. A browser keeps its secret, so that two malls can be opened in it at once.
func (h LaunchAppHandler) Handle(ctx context.Context, in LaunchApp) (Consent, error) {
	if h.signedIn(ctx, in) {
		return Consent{Mall: in.Mall}, nil
	}
	state, browser := h.IDs.NewID(), in.Browser
	if browser == "" {
		browser = h.IDs.NewID()
	}
	url, err := h.Installation.ConsentURL(in.Mall, state)
	if err != nil {
		return Consent{}, err
	}
	if err := h.Launches.Begin(ctx, session.NewLaunch(in.Operator, state, browser, h.Clock.Now())); err != nil {
		return Consent{}, err
	}
	return Consent{URL: url, Browser: browser, Mall: in.Mall}, nil
}

// signedIn reports that the browser's session is this person's, and that the mall gives all that it is asked
// for. Whatever is not sure leads over the consent page.
func (h LaunchAppHandler) signedIn(ctx context.Context, in LaunchApp) bool {
	who, err := h.Sessions.Handle(ctx, ResumeSession{ID: in.Session})
	if err != nil || who.Mall != in.Mall || who.UserID != in.UserID {
		return false
	}
	tokens, err := h.Tokens.Get(ctx, in.Mall)
	return err == nil && h.Installation.Complete(tokens)
}
