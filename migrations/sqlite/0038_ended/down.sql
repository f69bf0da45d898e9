DROP INDEX generations_ended;
