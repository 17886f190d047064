package system

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
)

// parse reads the flags; what is not given as a flag is taken from the environment, then from the defaults.
func parse(arguments []string, errs io.Writer) (Config, error) {
	var config Config
	flags := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&config.AppBinary, "app", cmp.Or(os.Getenv("SANDBOX_APP"), "var/bin/paybridge"), "the app's `program`")
	flags.StringVar(&config.Dir, "dir", cmp.Or(os.Getenv("SANDBOX_DIR"), "var"), "the `folder` for all data")
	flags.StringVar(&config.Bind, "bind", cmp.Or(os.Getenv("SANDBOX_BIND"), "127.0.0.1"), "the `address` to listen on")
	flags.Func("set", "a further `NAME=value` for the app's environment; may be repeated", func(setting string) error {
		config.Environment = append(config.Environment, setting)
		return nil
	})
	ports := []struct {
		target       *int
		name, usage  string
		fallback     int
		fromVariable string
	}{
		{&config.AppPort, "app-port", "the app's `port`; 0 chooses a free one", 8000, "SANDBOX_APP_PORT"},
		{&config.MallPort, "mall-port", "the mall's `port`", 8001, "SANDBOX_MALL_PORT"},
		{&config.CompanyPort, "company-port", "the payment company's `port`", 8002, "SANDBOX_COMPANY_PORT"},
		{&config.OpsPort, "ops-port", "the `port` of the app's operations listener", 9000, "SANDBOX_OPS_PORT"},
	}
	for _, port := range ports {
		value := port.fallback
		if text := os.Getenv(port.fromVariable); text != "" {
			number, err := strconv.ParseUint(text, 10, 16)
			if err != nil {
				return config, fmt.Errorf("%s must be a port number, not %q", port.fromVariable, text)
			}
			value = int(number)
		}
		flags.IntVar(port.target, port.name, value, port.usage)
	}
	if err := flags.Parse(arguments); err != nil {
		return config, err
	}
	if flags.NArg() > 0 {
		return config, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return config, nil
}
