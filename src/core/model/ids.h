// The kinds of numbers that name things of a database, each a type of its own (base/id.h). All are positive and begin
// at 1; 0 names nothing. Code takes `.value()` only where a number leaves or enters: SQL, bytes, JSON, texts, the
// public headers.
#pragma once

#include "base/id.h"

namespace cartwheel {

using CustomerRow = Id<struct CustomerRowTag>;    // a customer or a device, in the order of first sight
using MessageId = Id<struct MessageIdTag>;        // a message of the outbox; of one not joined yet a handle (effects.h)
using DecisionId = Id<struct DecisionIdTag>;      // the decisions of one fold
using DecisionLink = Id<struct DecisionLinkTag>;  // those of one customer among them (engine/common/trail.h)
using ConsentId = Id<struct ConsentIdTag>;        // an expression in the ledger
using ErasureId = Id<struct ErasureIdTag>;        // a customer's erasure
using AccessId = Id<struct AccessIdTag>;          // a row of the access log
using Position = Ordinal<struct PositionTag>;     // an event of the log, numbered without gaps
using Revision = Id<struct RevisionTag>;          // a playbook
using Epoch = Id<struct EpochTag>;            // a time under the fold lease: each holder and each release begins one
using ClaimToken = Id<struct ClaimTokenTag>;  // one claim: what it handed out is settled under it

}  // namespace cartwheel
