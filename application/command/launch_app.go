package command

import (
	"context"

	"paybridge/domain/session"
	"paybridge/ports"
)

// LaunchApp is somebody who opens the app from a mall's admin.
type LaunchApp struct {
	session.Operator

	Browser string // the secret that the browser holds already; empty: none
}

// Consent is where the browser goes next, and the secret that it has to hold meanwhile.
type Consent struct {
	URL     string
	Browser string
}

// LaunchAppHandler sends everybody over the mall's consent page, also where the app is installed: only
// Cafe24 can tell who is signed in there, and a link that somebody copied must not be a key.
type LaunchAppHandler struct {
	Launches     ports.Launches
	Installation ports.Installation
	IDs          ports.IDs
	Clock        ports.Clock
}

// Handle implements ports.Handler. A browser keeps its secret, so that two malls can be opened in it at once.
func (h LaunchAppHandler) Handle(ctx context.Context, in LaunchApp) (Consent, error) {
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
	return Consent{URL: url, Browser: browser}, nil
}
