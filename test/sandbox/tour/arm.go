package tour

import (
	"net/http"

	"paybridge/test/sandbox/control"
)

// arm is a fault that waits for what a person does next.
type arm struct {
	Name, Title string
	side        string
	fault       control.Fault
}

// tooLongMS is longer than the app waits for the company.
const tooLongMS = 6000

// arms are the faults of the page "break something".
func arms() []arm {
	return []arm{
		{"notices", "The next two notices get 500", mallIs, control.Fault{Path: "/Pay/Recv/openpg/PayReceiveNoty.php", Status: http.StatusInternalServerError, Times: 2}},
		{"cut", "The next notice is taken, its answer lost", mallIs, control.Fault{Path: "/Pay/Recv/openpg/PayReceiveNoty.php", Drop: control.DropAfter, Times: 1}},
		{"payment", "The next payment is made, its answer too late", companyIs, control.Fault{Path: "/v1/orders", Method: http.MethodPost, DelayMS: tooLongMS, Times: 1}},
		{"refund", "The next refund is done, its answer too late", companyIs, control.Fault{Path: "/v1/orders/*/refunds", Method: http.MethodPost, DelayMS: tooLongMS, Times: 1}},
	}
}

// armFault serves POST /break/{name}; the name mend puts an end to all faults.
func (t *Tour) armFault(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if name == "mend" {
		t.config.Mall.ClearFaults()
		t.config.Company.ClearFaults()
	}
	for _, one := range arms() {
		switch {
		case one.Name != name:
		case one.side == mallIs:
			t.config.Mall.AddFault(one.fault)
		default:
			t.config.Company.AddFault(one.fault)
		}
	}
	http.Redirect(w, r, "/break?done="+name, http.StatusSeeOther)
}

// inForce says which faults wait for a request.
func (t *Tour) inForce() (list []string) {
	for _, fault := range t.config.Mall.Faults() {
		list = append(list, "Mall: "+fault.String())
	}
	for _, fault := range t.config.Company.Faults() {
		list = append(list, "Company: "+fault.String())
	}
	return list
}

// armed is what the page says after a button was pressed.
func armed(name string) string {
	if name == "mend" {
		return "Everything is mended."
	}
	for _, one := range arms() {
		if one.Name == name {
			return one.Title + ". Go to the shop, buy something, and look at what was sent."
		}
	}
	return ""
}
