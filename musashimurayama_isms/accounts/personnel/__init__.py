"""Personnel lists: read a file, plan what each row does, carry it out, put it back. The doors are on models.PersonnelChange."""
