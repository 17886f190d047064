package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

func (p *Plane) reset(w http.ResponseWriter, r *http.Request) {
	if p.config.Reset != nil {
		if err := p.config.Reset(r.Context()); err != nil {
			WriteJSON(w, http.StatusInternalServerError, map[string]any{"code": http.StatusInternalServerError, "message": err.Error()})
			return
		}
	}
	WriteJSON(w, http.StatusOK, map[string]any{"code": http.StatusOK, "message": "reset"})
}

func (p *Plane) listRequests(w http.ResponseWriter, r *http.Request) {
	list := p.Requests()
	if path := r.URL.Query().Get("path"); path != "" {
		kept := list[:0]
		for _, entry := range list {
			if strings.HasPrefix(entry.Path, path) {
				kept = append(kept, entry)
			}
		}
		list = kept
	}
	if limit, err := strconv.Atoi(r.URL.Query().Get("limit")); err == nil && limit >= 0 && limit < len(list) {
		list = list[len(list)-limit:]
	}
	WriteJSON(w, http.StatusOK, list)
}

func (p *Plane) listFaults(w http.ResponseWriter, _ *http.Request) {
	WriteJSON(w, http.StatusOK, map[string]any{"faults": p.Faults()})
}

func (p *Plane) deleteFaults(w http.ResponseWriter, r *http.Request) {
	p.ClearFaults()
	p.listFaults(w, r)
}

func (p *Plane) changeFaults(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		err = p.change(bytes.TrimSpace(body))
	}
	if err != nil {
		WriteJSON(w, http.StatusBadRequest, map[string]any{"code": http.StatusBadRequest, "message": err.Error()})
		return
	}
	p.listFaults(w, r)
}

// change applies one object or a list of them; nothing at all clears everything.
func (p *Plane) change(body []byte) error {
	var items []map[string]json.RawMessage
	if len(body) > 0 && body[0] == '{' {
		body = append(append([]byte{'['}, body...), ']')
	}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &items); err != nil {
			return fmt.Errorf("faults: %w", err)
		}
	}
	if len(items) == 0 || (len(items) == 1 && len(items[0]) == 0) {
		p.ClearFaults()
		return nil
	}
	for _, item := range items {
		if err := p.changeOne(item); err != nil {
			return err
		}
	}
	return nil
}

func (p *Plane) changeOne(item map[string]json.RawMessage) error {
	for _, setting := range p.config.Settings {
		text, given := item[setting.Name]
		if !given {
			continue
		}
		var value int64
		if err := json.Unmarshal(text, &value); err != nil {
			return fmt.Errorf("%s: %w", setting.Name, err)
		}
		setting.Apply(value)
		delete(item, setting.Name)
	}
	if len(item) == 0 {
		return nil
	}
	text, err := json.Marshal(item)
	if err != nil {
		return fmt.Errorf("faults: %w", err)
	}
	var fault Fault
	if err := json.Unmarshal(text, &fault); err != nil {
		return err
	}
	p.AddFault(fault)
	return nil
}

// WriteJSON answers with a status and a JSON body, characters such as & and < as they are.
func WriteJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(body)
}
