package task

import (
	"strings"

	"paybridge/domain/merchant"
	"paybridge/ports"
)

// RefreshShops reads the shops and domains of a mall anew.
const RefreshShops ports.TaskKind = "refresh_shops"

const shopsKey = "shops:"

// ShopsOf is the task of one mall; its key names the mall.
func ShopsOf(mall merchant.MallID) ports.Task {
	return ports.Task{Kind: RefreshShops, Key: shopsKey + string(mall), Peer: "platform:" + string(mall)}
}

// MallOf returns the mall of a job that ShopsOf made.
func MallOf(j ports.Job) merchant.MallID { return merchant.MallID(strings.TrimPrefix(j.Key, shopsKey)) }
