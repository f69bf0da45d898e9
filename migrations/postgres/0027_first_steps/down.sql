DROP TRIGGER first_payments_are_noted ON payments;
DROP TRIGGER first_orders_are_noted ON generations;
DROP FUNCTION note_first_step();
DROP TABLE first_steps;
