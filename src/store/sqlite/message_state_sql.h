// The rules of store/message_states.h and core/model/message.h as SQL. Literals, because statements are constants and
// SQLite uses an index on some rows only where the statement repeats the index's condition.
//
// Not IN with three values: each statement that needs it would make a table of its own.
#pragma once

#define CARTWHEEL_SQL_WAITING "state = 0"
#define CARTWHEEL_SQL_CLAIMED "state = 1"
#define CARTWHEEL_SQL_OPEN "state < 2"
#define CARTWHEEL_SQL_TROUBLED "state > 3 AND state <> 5 AND state <> 6"
#define CARTWHEEL_SQL_ADVERTISEMENT "class = 0"
