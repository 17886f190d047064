//go:build !linux

package httpapi

import "github.com/gofiber/fiber/v2"

// connected cannot look on this system. It says no, so that the mall is told by a notice as well.
func connected(*fiber.Ctx) bool { return false }
