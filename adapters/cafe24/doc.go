// Package cafe24 is the mall platform's side of paybridge: its signatures, its notifications and the
// judgement of the URLs it sends. Cafe24's own words (tid, hash_data) live here and in adapters/http,
// nowhere else.
//
// The flow: a request of Cafe24 comes in and a Signer checks its hash_data over the received text;
// the URLs it names, which no signature covers, pass AcceptURL before anything is stored; when the
// payment has ended, ComposePaymentNotice writes the signed body, which is stored; Deliver posts
// those bytes as often as needed, through a transport that follows no redirect and refuses to
// connect to private addresses, whatever a name resolves to at that moment.
package cafe24
