//go:build !linux

package system

import (
	"os/exec"
	"syscall"
)

// detach keeps Ctrl-C of the terminal away from the child, which is stopped in order instead.
func detach(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
