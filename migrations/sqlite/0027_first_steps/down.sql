DROP TRIGGER first_payments_are_noted;
DROP TRIGGER first_orders_are_noted;
DROP TABLE first_steps;
