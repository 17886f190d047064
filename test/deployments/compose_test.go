package deployments_test

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"paybridge/bootstrap/config"
	"paybridge/test/rig"
)

// compose is what is looked at of compose.yaml.
type compose struct {
	Services map[string]service
	Volumes  map[string]any
	Secrets  map[string]struct{ File string }
}

type service struct {
	Image       string
	Build       *struct{ Context, Dockerfile string }
	Command     []string
	Environment map[string]string
	Secrets     []string
	Volumes     []string
	Ports       []string
	ReadOnly    bool                      `yaml:"read_only"`
	DependsOn   map[string]map[string]any `yaml:"depends_on"`
}

func TestComposeNamesOnlyWhatIsThere(t *testing.T) {
	t.Parallel()
	var c compose
	read(t, "compose.yaml", &c)
	for name, s := range c.Services {
		for other := range s.DependsOn {
			if _, known := c.Services[other]; !known {
				t.Errorf("%s depends on %s, which is no service", name, other)
			}
		}
		for _, volume := range s.Volumes {
			from, _, _ := strings.Cut(volume, ":")
			if strings.HasPrefix(from, ".") {
				exists(t, from, name)
			} else if _, known := c.Volumes[from]; !known {
				t.Errorf("%s mounts %s, which is no volume", name, from)
			}
		}
		for _, secret := range s.Secrets {
			if c.Secrets[secret].File == "" {
				t.Errorf("%s has the secret %s, which comes from nowhere", name, secret)
			}
		}
		if s.Build != nil {
			exists(t, filepath.Join(s.Build.Context, s.Build.Dockerfile), name)
		}
		_, tag, tagged := strings.Cut(s.Image, ":")
		if !tagged || tag == "latest" {
			t.Errorf("%s runs %q, which is another image tomorrow", name, s.Image)
		}
	}
}

func TestOnlyThePublicListenerIsOpenToTheWorld(t *testing.T) {
	t.Parallel()
	var c compose
	read(t, "compose.yaml", &c)
	for name, s := range c.Services {
		for _, port := range s.Ports {
			if port != "8000:8000" && !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s publishes %s", name, port)
			}
		}
	}
	if !c.Services["paybridge"].ReadOnly {
		t.Error("the service can write into its own image")
	}
}

var substituted = regexp.MustCompile(`\$\{([A-Z0-9_]+)(?::([-?])([^}]*))?\}`)

// TestTheProgramStartsWithTheEnvironmentOfCompose fills in example.env and the secrets, and lets the program's
// own configuration judge.
func TestTheProgramStartsWithTheEnvironmentOfCompose(t *testing.T) {
	t.Parallel()
	var c compose
	read(t, "compose.yaml", &c)
	filled := map[string]string{
		"PAYBRIDGE_PUBLIC_URL": "https://pay.example.com", "POSTGRES_PASSWORD": "secret", "CAFE24_CLIENT_ID": "client", "PAYBRIDGE_TRUSTED_PROXIES": "172.16.0.0/12",
	}
	keyset, _ := rig.KeysetFile(t)
	for _, name := range []string{"migrate", "paybridge"} {
		var environ []string
		for variable, value := range c.Services[name].Environment {
			value = substituted.ReplaceAllStringFunc(value, func(found string) string {
				part := substituted.FindStringSubmatch(found)
				if part[2] == "?" && filled[part[1]] == "" {
					t.Errorf("%s needs %s", name, part[1])
				}
				return cmp.Or(filled[part[1]], map[bool]string{true: part[3]}[part[2] == "-"])
			})
			if secret, is := strings.CutPrefix(value, "/run/secrets/"); is {
				if !slices.Contains(c.Services[name].Secrets, secret) {
					t.Errorf("%s reads the secret %s, which it is not given", name, secret)
				}
				value = map[bool]string{true: keyset, false: file(t, "a-secret-of-the-app")}[secret == "encryption_keyset"]
			}
			if !strings.HasPrefix(variable, "OTEL_") && !strings.Contains(configuration(t), `"`+strings.TrimSuffix(variable, "_FILE")+`"`) {
				t.Errorf("%s sets %s, which nobody reads", name, variable)
			}
			environ = append(environ, variable+"="+value)
		}
		if _, err := config.Load(environ); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestExampleEnvAsksForWhatComposeNeeds(t *testing.T) {
	t.Parallel()
	example := text(t, "example.env")
	for _, part := range substituted.FindAllStringSubmatch(text(t, "compose.yaml"), -1) {
		if part[2] == "?" && !strings.Contains(example, "\n"+part[1]+"=") {
			t.Errorf("compose.yaml needs %s, and example.env does not name it", part[1])
		}
	}
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// configuration is the source that names every variable.
func configuration(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("..", "..", "bootstrap", "config", "load.go"))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}
