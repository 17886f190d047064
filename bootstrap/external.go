package bootstrap

import (
	"github.com/google/wire"

	"paybridge/adapters/cafe24"
	"paybridge/adapters/database"
	httpapi "paybridge/adapters/http"
	"paybridge/application/command"
	"paybridge/bootstrap/config"
	"paybridge/ports"
)

// external is what the external checkout needs besides base.
var external = wire.NewSet(
	storefront, calculator, reviewLinks,
	database.NewReservations, wire.Bind(new(ports.Reservations), new(*database.Reservations)),
	wire.Struct(new(command.ReserveOrderHandler), "*"),
	wire.Struct(new(command.Pricing), "*"),
	wire.Struct(new(command.ReviewOrderHandler), "*"),
	wire.Struct(new(command.PayReservationHandler), "*"),
)

func storefront(m *cafe24.Mall) ports.Storefront { return m }

func calculator(a *cafe24.API) ports.Calculator { return a }

func reviewLinks(l httpapi.Links) ports.ReviewLinks { return l }

func provideReservedOrders(c config.Config) (*cafe24.ReservedOrders, error) {
	return cafe24.NewReservedOrders(append([]string{c.Cafe24.ClientID}, c.Cafe24.ExtraClientIDs...))
}
