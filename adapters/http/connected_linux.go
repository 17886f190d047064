package httpapi

import (
	"errors"
	"syscall"

	"github.com/gofiber/fiber/v2"
)

// connected reports that the client has not closed its side of the connection while it was worked for: what
// is written to a client who left is lost without an error. Nothing is taken out of the connection.
func connected(c *fiber.Ctx) bool {
	conn, ok := c.Context().Conn().(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return false
	}
	stands := false
	err = raw.Read(func(fd uintptr) bool {
		var next [1]byte
		n, _, err := syscall.Recvfrom(int(fd), next[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		stands = n > 0 || errors.Is(err, syscall.EAGAIN)
		return true
	})
	return err == nil && stands
}
