package redis

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/vmihailenco/msgpack/v5"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/ports"
)

// documentFormat is part of every key: releases with different documents do not read each other's. Any
// change of document changes it.
const documentFormat = "1"

// versionDigits is how long the version is that a document begins with, for the script to compare.
const versionDigits = 19

// document is what follows the version: a status without its key, as a MessagePack array of the fields in
// this order. That is two thirds of the same as JSON, and read three times as fast.
type document struct {
	Order     order.ID
	Mall      merchant.MallID
	Partner   merchant.PartnerID
	OrderNo   order.Number
	PayMethod string
	Currency  string
	Paid      bool
	Amount    string
	Reference string
	ExtraData []byte
	Gateway   string
	Known     bool
	ExpiresAt int64 // Unix time in microseconds; 0: never
}

func encode(s ports.PaymentStatus) ([]byte, error) {
	d := document{
		Order: s.Order, Mall: s.Mall, Partner: s.Partner, OrderNo: s.OrderNo, PayMethod: s.PayMethod, Currency: s.Currency,
		Paid: s.Paid, Amount: s.Amount, Reference: s.Reference, ExtraData: s.ExtraData, Gateway: s.Gateway, Known: s.Known,
	}
	if !s.ExpiresAt.IsZero() {
		d.ExpiresAt = s.ExpiresAt.UnixMicro()
	}
	var data bytes.Buffer
	fmt.Fprintf(&data, "%0*d", versionDigits, s.Version)
	packer := msgpack.NewEncoder(&data)
	packer.UseArrayEncodedStructs(true)
	if err := packer.Encode(&d); err != nil {
		return nil, fault.New(fault.Internal, "status_unwritable", "the status cannot be written").Because(err)
	}
	return data.Bytes(), nil
}

func decode(data []byte) (ports.PaymentStatus, error) {
	if len(data) < versionDigits {
		return ports.PaymentStatus{}, unreadable(errors.New("too short"))
	}
	version, err := strconv.ParseInt(string(data[:versionDigits]), 10, 64)
	if err != nil {
		return ports.PaymentStatus{}, unreadable(errors.New("no version"))
	}
	var d document
	if err := msgpack.Unmarshal(data[versionDigits:], &d); err != nil {
		return ports.PaymentStatus{}, unreadable(err)
	}
	s := ports.PaymentStatus{
		Order: d.Order, Version: version, Mall: d.Mall, Partner: d.Partner, OrderNo: d.OrderNo, PayMethod: d.PayMethod,
		Currency: d.Currency, Paid: d.Paid, Amount: d.Amount, Reference: d.Reference, Gateway: d.Gateway, Known: d.Known,
	}
	if len(d.ExtraData) > 0 {
		s.ExtraData = d.ExtraData
	}
	if d.ExpiresAt != 0 {
		s.ExpiresAt = time.UnixMicro(d.ExpiresAt).UTC()
	}
	return s, nil
}

// unreadable says that something else stands where a status should.
func unreadable(cause error) error {
	return fault.New(fault.Internal, "status_unreadable", "the stored status cannot be read").Because(cause)
}
