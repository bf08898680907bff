//! The names of the CRM's fields, as mapping files, flags and findings write them.

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A field of the CRM's record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field { $($(#[$doc])* $variant,)* }

        impl Field {
            /// Every field, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The dotted name, such as `lead.celular`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

fields! {
    /// Id of the appointment.
    AppointmentId = "appointment.id",
    /// Full name.
    Nombre = "lead.nombre",
    /// Mobile phone.
    Celular = "lead.celular",
    /// Kind of document.
    TipoDocumento = "lead.tipo_documento",
    /// Document number.
    Documento = "lead.documento",
    /// E-mail.
    Email = "lead.email",
    /// District.
    Distrito = "lead.distrito",
    /// Date and time of the visit.
    FechaHora = "appointment.fecha_hora",
    /// Time of the visit, where the export keeps it in a column of its own.
    Hora = "appointment.hora",
    /// Project of interest.
    ProyectoInteres = "lead.proyecto_interes",
    /// Where the lead came from.
    Medio = "lead.medio",
    /// Place of the visit.
    Lugar = "appointment.lugar",
    /// State of the appointment.
    Estado = "appointment.estado",
    /// The call centre's note on the lead.
    Tipificacion = "lead.tipificacion",
    /// Notes on the visit.
    Observaciones = "appointment.observaciones",
    /// Date of the sale.
    FechaVenta = "sale.fecha_venta",
    /// Lot sold.
    Lote = "sale.lote",
    /// Cash or credit.
    TipoVenta = "sale.tipo_venta",
    /// Value of the lot.
    ValorLote = "sale.valor_lote_venta",
    /// Initial payment.
    CuotaInicial = "sale.cuota_inicial_requerida",
    /// Adviser who sold.
    Vendedor = "sale.vendedor_principal",
    /// Months of credit.
    Plazo = "sale.plazo_meses_credito",
    /// Notes on the sale.
    NotasVenta = "sale.notas",
    /// Outcome of the conversation.
    Resultado = "resultado_interaccion",
    /// Adviser who brought the lead in.
    Opc = "lead.opc",
}

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Finds a field by its dotted name.
    ///
    /// ```
    /// use crm_bridge::record::Field;
    /// assert_eq!(Field::from_name("lead.celular"), Some(Field::Celular));
    /// assert_eq!(Field::from_name("lead.phone"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }
}
