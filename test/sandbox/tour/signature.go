package tour

import (
	"crypto/hmac"
	"strings"

	"paybridge/test/sandbox/company"
	"paybridge/test/sandbox/mall"
)

// Signature is a signature computed again: what was joined, with which key, and what came out.
type Signature struct {
	// Field carries it; Method says how it is made; Key is the secret, which is made up in the sandbox.
	Field, Method, Key string
	// Parts are the joined values, Joined the text that was signed.
	Parts              []Field
	Joined             string
	Computed, Received string
	// Bare names what stands in the message and is not covered.
	Bare string
}

// Valid says whether what was received is what was computed.
func (s Signature) Valid() bool { return hmac.Equal([]byte(s.Computed), []byte(s.Received)) }

const (
	hmacMethod   = "base64(HMAC-SHA256(service key, values joined without anything between))"
	digestMethod = "hex(SHA-1(values and the secret key, joined with colons))"

	paymentParts  = "amount currency order_id partner_id"
	resultParts   = "amount currency order_id partner_id tid"
	cancelParts   = "cancel_amount currency order_id partner_id tid"
	digestedParts = "reference_id order_code status amount currency"
)

// signatureOf computes the signature of a message again, or of its answer; nil when it carries none.
func (t *Tour) signatureOf(e Exchange) *Signature {
	fields := fieldsOf(e.Body)
	switch kind := e.From + ">" + e.To; {
	case strings.HasPrefix(e.Path, reservePath):
		return t.signed(fields, "hmac", "mall_id request_time app_key member_id", "which products")
	case strings.HasSuffix(e.Path, "/checkout/status"):
		return t.hashed(fieldsOf(e.Answer), resultParts, "payed_tf, result_code")
	case kind == mallIs+">"+appIs && value(fields, "request_type") == "request":
		return t.hashed(fields, paymentParts, "return_url, return_noty_url, buyer, goods")
	case kind == mallIs+">"+appIs && value(fields, "request_type") == "cancel":
		return t.hashed(fields, cancelParts, "remain_amount, cancel_noty_url")
	case kind == appIs+">"+mallIs && value(fields, "request_type") == "cancelnoty":
		return t.hashed(fields, cancelParts, "status, result_code")
	case kind == appIs+">"+mallIs && value(fields, "request_type") == "payment":
		return t.hashed(fields, resultParts, "payed_tf, result_code")
	case kind == companyIs+">"+appIs && value(fields, "digest") != "":
		return digested(fields)
	}
	return nil
}

func (t *Tour) hashed(fields []Field, names, bare string) *Signature {
	return t.signed(fields, "hash_data", names, bare)
}

func (t *Tour) signed(fields []Field, in, names, bare string) *Signature {
	if value(fields, in) == "" {
		return nil
	}
	s := &Signature{Field: in, Method: hmacMethod, Key: t.config.ServiceKey, Received: value(fields, in), Bare: bare}
	var values []string
	for name := range strings.FieldsSeq(names) {
		s.Parts = append(s.Parts, Field{name, value(fields, name)})
		values = append(values, value(fields, name))
	}
	s.Joined, s.Computed = strings.Join(values, ""), mall.Sign(t.config.ServiceKey, values...)
	return s
}

func digested(fields []Field) *Signature {
	s := &Signature{Field: "digest", Method: digestMethod, Key: company.DemoSecretKey, Received: value(fields, "digest"), Bare: "message"}
	var values []string
	for name := range strings.FieldsSeq(digestedParts) {
		s.Parts = append(s.Parts, Field{name, value(fields, name)})
		values = append(values, value(fields, name))
	}
	s.Joined = strings.Join(append(values, company.DemoSecretKey), ":")
	s.Computed = company.Digest(values[0], values[1], values[2], values[3], values[4], company.DemoSecretKey)
	return s
}
