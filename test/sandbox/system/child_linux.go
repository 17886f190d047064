package system

import (
	"os/exec"
	"syscall"
)

// detach keeps Ctrl-C of the terminal away from the child, which is stopped in order instead, and ends it with this process.
func detach(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
