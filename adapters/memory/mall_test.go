package memory_test

import (
	"testing"

	"paybridge/adapters/memory"
	"paybridge/ports"
	"paybridge/test/contract"
)

type mallHarness struct{ mall *memory.Mall }

func (h mallHarness) Mall() ports.Mall { return h.mall }

func (h mallHarness) Meet(mood contract.MallMood) string {
	h.mall.Meet(map[contract.MallMood]memory.Mood{
		contract.MallAccepts: memory.Accepts, contract.MallRefuses: memory.Refuses, contract.MallKnowsNoPage: memory.Refuses,
		contract.MallIsBusy: memory.Fails, contract.MallFails: memory.Fails, contract.MallIsNotAtHome: memory.Away,
		contract.MallMumbles: memory.Mumbles, contract.MallMoved: memory.Mumbles, contract.MallHangs: memory.Mumbles,
		contract.MallCutsOff: memory.Mumbles, contract.MallBreaksOff: memory.Mumbles,
	}[mood])
	return "https://shop.cafe24.com/Pay/Recv/noty"
}

func (h mallHarness) Received() [][]byte {
	var bodies [][]byte
	for _, d := range h.mall.Received() {
		bodies = append(bodies, d.Body)
	}
	return bodies
}

func TestTheMallKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract.Mall(t, func(*testing.T) contract.MallHarness { return mallHarness{&memory.Mall{}} })
}

func TestAMoodForTheNextDeliveryPasses(t *testing.T) {
	t.Parallel()
	m := &memory.Mall{}
	m.Next(memory.Away, memory.Mumbles)
	failures := 0
	for range 3 {
		if err := m.Deliver(t.Context(), "https://shop.cafe24.com/Pay/Recv/noty", []byte("{}")); err != nil {
			failures++
		}
	}
	if failures != 2 || len(m.Received()) != 2 {
		t.Errorf("%d failures, %d received; want 2 and 2", failures, len(m.Received()))
	}
}
