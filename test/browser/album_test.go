package browser_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/go-rod/rod/lib/proto"
)

var screenshots = flag.String("screenshots", "", "the `folder`, seen from the module's, that gets a picture of every page")

// picture takes a picture of the page in sight when pictures are wanted.
func (v *tab) picture(name string) {
	v.t.Helper()
	if *screenshots == "" {
		return
	}
	folder := *screenshots
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(root, folder)
	}
	v.pictures++
	file := fmt.Sprintf("%s-%02d-%s-%d.png", plain(v.t.Name()), v.pictures, plain(name), v.width)
	if _, err := v.shoot(filepath.Join(folder, file)); err != nil {
		v.t.Error(err)
	}
}

// keepOnFailure leaves a picture of what was in sight when the test failed.
func (v *tab) keepOnFailure() {
	if !v.t.Failed() {
		return
	}
	file, err := v.shoot(filepath.Join(root, "var", "screenshots", plain(v.t.Name())+".png"))
	if err != nil {
		v.t.Errorf("no picture of the failure: %v", err)
		return
	}
	v.t.Logf("a picture of the failure: %s", file)
}

// shoot writes a picture of the whole page and returns the path of the file.
func (v *tab) shoot(file string) (string, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return "", err
	}
	picture, err := v.page.Timeout(patience).Screenshot(true, &proto.PageCaptureScreenshot{})
	if err != nil {
		return "", fmt.Errorf("take a picture: %w", err)
	}
	return file, os.WriteFile(file, picture, 0o600)
}

var notPlain = regexp.MustCompile(`[^A-Za-z0-9]+`)

// plain is a text as a part of a file's name.
func plain(text string) string { return strings.Trim(notPlain.ReplaceAllString(text, "-"), "-") }
