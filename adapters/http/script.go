package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"text/template"

	"github.com/gofiber/fiber/v2"

	"paybridge/ports"
)

//go:embed script/*.js
var scripts embed.FS

// Script is the payment button's script as a mall's pages load it. The mall pins the loader, which is the
// same for one client id and public URL as long as the button is; the loader pins the button, whose name
// has its hash.
type Script struct {
	tag        ports.Script
	loader     asset
	button     asset
	buttonFile string
}

// asset is a file to be served, with its smaller form.
type asset struct {
	plain, zipped []byte
	kind, caching string
}

// NewScript makes the script that is loaded from these addresses and runs under this client id.
func NewScript(links Links, clientID string) (*Script, error) {
	if links.base == nil || clientID == "" {
		return nil, errors.New("script: the public URL or the client id is missing")
	}
	source, err := scripts.ReadFile("script/button.js")
	if err != nil {
		return nil, fmt.Errorf("script: %w", err)
	}
	sum := sha256.Sum256(source)
	s := &Script{buttonFile: "button-" + hex.EncodeToString(sum[:8]) + ".js"}
	loader, err := loaderFor(links.base.JoinPath(scriptPath, s.buttonFile).String(), integrity(source), clientID)
	if err != nil {
		return nil, fmt.Errorf("script: %w", err)
	}
	s.tag = ports.Script{URL: links.base.JoinPath(scriptPath).String(), Integrity: integrity(loader)}
	s.loader, err = newAsset(loader, "application/javascript", "public, max-age=86400")
	if err != nil {
		return nil, err
	}
	s.button, err = newAsset(source, "application/javascript; charset=utf-8", "public, max-age=31536000, immutable")
	return s, err
}

// Tag is what the mall registers.
func (s *Script) Tag() ports.Script { return s.tag }

func loaderFor(source, integrity, clientID string) ([]byte, error) {
	page, err := template.ParseFS(scripts, "script/loader.js")
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for name, text := range map[string]string{"Source": source, "Integrity": integrity, "ClientID": clientID} {
		quoted, err := json.Marshal(text) // JSON text is JavaScript text
		if err != nil {
			return nil, err
		}
		values[name] = string(quoted)
	}
	var loader bytes.Buffer
	err = page.Execute(&loader, values)
	return loader.Bytes(), err
}

// integrity is how browsers check that a script is the one that was meant.
func integrity(content []byte) string {
	sum := sha512.Sum384(content)
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}

func newAsset(content []byte, kind, caching string) (asset, error) {
	var zipped bytes.Buffer
	w, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return asset{}, fmt.Errorf("script: %w", err)
	}
	if _, err := w.Write(content); err != nil {
		return asset{}, fmt.Errorf("script: %w", err)
	}
	if err := w.Close(); err != nil {
		return asset{}, fmt.Errorf("script: %w", err)
	}
	return asset{plain: content, zipped: zipped.Bytes(), kind: kind, caching: caching}, nil
}

// serveButton serves the button under its own name only: another name is that of another release, whose loader
// pins other bytes.
func (s *Script) serveButton(c *fiber.Ctx) error {
	if c.Params("file") != s.buttonFile {
		return fiber.ErrNotFound
	}
	return s.button.serve(c)
}

// serve answers with the headers of protocol section 7.1. Whatever the query says is no matter of ours:
// Cafe24 adds to it.
func (a asset) serve(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, a.kind)
	c.Set(fiber.HeaderCacheControl, a.caching)
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	c.Vary(fiber.HeaderAcceptEncoding)
	if c.AcceptsEncodings("gzip", "identity") == "gzip" {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(a.zipped)
	}
	return c.Send(a.plain)
}
