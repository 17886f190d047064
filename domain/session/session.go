// Package session is the way of a person of a mall into the admin pages, and the stay there.
//
// A Launch is the way in: Cafe24 has named a person, and the browser is on its way to the mall's consent
// page with a state that only the same browser can bring back, once and soon. A Session is the stay: the
// browser holds an opaque id, and everything else, the mall first of all, is kept here. Of both secrets
// only fingerprints are kept: who reads the store can neither come in nor go on in somebody's name.
package session

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

// How long things live.
const (
	launchLife = 10 * time.Minute // a person reads the consent page
	longest    = 12 * time.Hour   // a session, however busy
	idle       = 2 * time.Hour    // a session that nobody uses
	seenEvery  = time.Minute      // how exactly the last use is remembered
)

// Fingerprint stands for a secret that a browser holds: it can be compared and looked up, and not turned
// back.
type Fingerprint string

// FingerprintOf returns the fingerprint of a secret, which must be random and long.
func FingerprintOf(secret string) Fingerprint { return digest("secret", secret) }

func digest(purpose, secret string) Fingerprint {
	sum := sha256.Sum256([]byte(purpose + " " + secret))
	return Fingerprint(hex.EncodeToString(sum[:]))
}

// Role is what a person is in the mall.
type Role uint8

// The roles that may use the app.
const (
	Owner Role = iota + 1
	Staff
)

// Language is one that the pages speak.
type Language string

// The languages of the pages.
const (
	English  Language = "en"
	Korean   Language = "ko"
	Japanese Language = "ja"
)

// ParseLanguage returns the language of a tag such as "ko_KR" or "ja"; English for all that is not spoken.
func ParseLanguage(tag string) Language {
	name, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	switch l := Language(name); l {
	case Korean, Japanese:
		return l
	case English:
	}
	return English
}

// Operator is a person of a mall, as Cafe24 named it.
type Operator struct {
	Mall     merchant.MallID
	UserID   string
	UserName string
	Role     Role
	Language Language
}

// Launch is a person on the way to the consent page and back.
type Launch struct {
	State   Fingerprint // of what the consent page hands back
	Browser Fingerprint // of what only this browser holds
	Until   time.Time
	Operator
}

// NewLaunch returns a launch that begins now.
func NewLaunch(o Operator, state, browser string, now time.Time) Launch {
	return Launch{State: FingerprintOf(state), Browser: FingerprintOf(browser), Until: now.Add(launchLife), Operator: o}
}

// Session is the stay of a person in the admin pages.
type Session struct {
	ID        Fingerprint // of what the browser holds
	CreatedAt time.Time
	SeenAt    time.Time // about when it was used last
	Operator
}

// New returns a session that begins now.
func New(o Operator, id string, now time.Time) Session {
	return Session{ID: FingerprintOf(id), CreatedAt: now, SeenAt: now, Operator: o}
}

// Use notes that the session is used now, and reports whether that has to be stored. Unauthenticated
// "session_ended" when it is too old or lay idle.
func (s *Session) Use(now time.Time) (bool, error) {
	if !now.Before(s.CreatedAt.Add(longest)) || !now.Before(s.SeenAt.Add(idle)) {
		return false, ErrEnded
	}
	if now.Before(s.SeenAt.Add(seenEvery)) {
		return false, nil
	}
	s.SeenAt = now
	return true, nil
}

// Ended are the newest times of creation and of use with which a session is over now.
func Ended(now time.Time) (created, seen time.Time) { return now.Add(-longest), now.Add(-idle) }

// ErrEnded is what a request without a standing session is told.
var ErrEnded = fault.New(fault.Unauthenticated, "session_ended", "open the app from the mall's admin again")

// ProofOf is what a form of the session must carry, so that no foreign page can send it. It is made of the
// id that the browser holds and tells nothing about it.
func ProofOf(id string) string { return string(digest("proof", id)) }
